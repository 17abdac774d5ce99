#include "sim/adversary/stage.h"

#include "absl/strings/str_cat.h"
#include "core/check.h"

namespace distdb::sim {
namespace {

// From no delay at all to 200 ms, most of them short.
Duration LieDelay(uint64_t answer) {
  constexpr Duration kUnits[] = {0, kMicrosecond, 20 * kMicrosecond,
                                 200 * kMicrosecond};
  return kUnits[answer / 1000] * static_cast<Duration>(answer % 1000);
}
constexpr uint64_t kLieDelays = 4000;

}  // namespace

Stage::Stage(const Plan* plan, Chooser* chooser, const Digester* digester,
             FaultCounters* faults)
    : plan_(plan),
      chooser_(chooser),
      digester_(digester),
      faults_(faults),
      liars_(plan->liars),
      victims_(plan->Honest()) {
  if (const auto twin = plan->Twin()) liars_.Erase(*twin);
}

Digest Stage::MadeUpDigest(const InstanceId& id, uint64_t number) const {
  return digester_->Compute(id, absl::StrCat("nobody said this ", number));
}

About Stage::Again(About about) {
  about.occurrence = 0;
  about.occurrence = occurrences_.Count(FingerprintOf(about));
  return about;
}

About Stage::AboutHeard(Decision decision, NodeId liar, NodeId from,
                        const Message& heard) {
  return Again({.decision = decision,
                .from = liar,
                .to = from,
                .message = heard.kind,
                .instance = heard.instance});
}

NodeId Stage::ChooseNode(const About& about, NodeSet nodes) {
  uint64_t turn = Choose(about, static_cast<uint64_t>(nodes.size()));
  for (const NodeId node : nodes) {
    if (turn-- == 0) return node;
  }
  DISTDB_CHECK(false, "a choice is among the nodes");
  return kNobody;
}

void Stage::Say(const About& about, NodeId liar, NodeId to,
                const Message& message) {
  SayAfter(LieDelay(Choose(about, kLieDelays)), liar, to, message);
}

void Stage::SayAfter(Duration after, NodeId liar, NodeId to,
                     const Message& message) {
  Remember(message);
  said_.push_back({.liar = liar, .to = to, .after = after, .message = message});
}

void Stage::Remember(const Message& message) {
  if (Hardness(AdversaryName::kReplay) == 0) return;
  if (old_.size() < kHistoryMax) return old_.push_back(message);
  if (recent_.size() < kHistoryMax) return recent_.push_back(message);
  recent_[next_recent_++ % kHistoryMax] = message;
}

}  // namespace distdb::sim
