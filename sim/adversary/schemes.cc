#include "sim/adversary/schemes.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/store/batch.h"

namespace distdb::sim {
namespace {

const Strategy* const kStrategies[] = {
    &FaithfulStrategy(), &MuteStrategy(),    &SplitStrategy(),
    &ScatterStrategy(),  &DoubleStrategy(),  &OneReadyStrategy(),
    &StarveStrategy(),   &PatientStrategy(), &StrandStrategy()};

}  // namespace

const Strategy* Schemes::DrawStrategy(const InstanceId& id) {
  std::vector<Option> options;
  for (const Strategy* strategy : kStrategies) {
    if (!strategy->IsPossible(stage_.plan().adversaries)) continue;
    options.push_back({strategy->id(), strategy->name()});
  }
  const uint32_t drawn = stage_.ChooseNamed(
      {.decision = Decision::kStrategy, .instance = id}, options);
  return *std::find_if(
      std::begin(kStrategies), std::end(kStrategies),
      [&](const Strategy* strategy) { return strategy->id() == drawn; });
}

Scheme& Schemes::Find(const InstanceId& id) {
  const auto [found, is_new] = schemes_.try_emplace(id);
  Scheme& scheme = found->second;
  if (!is_new) return scheme;
  scheme.id = id;
  scheme.is_ours = stage_.liars().Contains(id.origin);
  scheme.strategy = DrawStrategy(id);
  About about{.instance = id};
  about.decision = Decision::kPersistent;
  scheme.persistent = scheme.strategy == &FaithfulStrategy() ||
                      scheme.strategy == &PatientStrategy() ||
                      stage_.Chance(about, 300);
  about.decision = Decision::kLieRepeats;
  const uint64_t repeats = stage_.Choose(about, 8);
  scheme.repeats = repeats < 5 ? 0 : repeats - 4;
  about.decision = Decision::kChosenNode;
  scheme.chosen = stage_.ChooseNode(about, stage_.victims());
  about.decision = Decision::kVariant;
  for (const NodeId victim : stage_.victims()) {
    about.to = victim;
    if (stage_.Choose(about, kValues) == 1) scheme.second.Insert(victim);
  }
  scheme.payloads[1] = Forge(id, 1);
  scheme.digests[1] = stage_.DigestOf(id, scheme.payloads[1]);
  return scheme;
}

Payload Schemes::Forge(const InstanceId& id, uint32_t which) {
  if (which == 1) {
    const About about{.decision = Decision::kMalformed, .instance = id};
    if (stage_.Chance(about, 60)) return Payload("no batch");
  }
  BatchBuilder builder;
  builder.Add({.kind = MutationKind::kPut,
               .key = "k0",
               .value = absl::StrCat("lie-", id.origin.value(), "-",
                                     id.seq.value(), "-", which)});
  // Mostly what a clock would say; else the first or the last there is.
  const uint64_t stamps[] = {
      1'700'000'000'000'000'000 + id.seq.value() * 1000 + which,
      1'700'000'000'000'000'000 + id.seq.value() * 1000 + which, 1,
      ~uint64_t{0}};
  const uint64_t stamp = stamps[stage_.Choose(
      {.decision = Decision::kLieStamp, .instance = id, .occurrence = which},
      std::size(stamps))];
  return Payload(builder.Build(Timestamp(stamp)));
}

Scheme& Schemes::BeginNext(NodeId liar) {
  Seq& last = last_seq_[liar];
  ++last;
  Scheme& scheme = Find(stage_.IdOf(liar, last));
  // What others may already have voted for in it, on some other lie, is not
  // what it says now.
  if (!scheme.payloads[0].has_value()) {
    scheme.payloads[0] = Forge(scheme.id, 0);
    scheme.digests[0] = stage_.DigestOf(scheme.id, scheme.payloads[0]);
    scheme.known = true;
  }
  return scheme;
}

void Schemes::Learn(Scheme& scheme, const Message& message) const {
  const bool has_payload = CarriesPayload(message.kind);
  const Digest digest = has_payload
                            ? stage_.DigestOf(scheme.id, message.payload)
                            : message.digest;
  if (!scheme.known) {
    scheme.known = true;
    scheme.digests[0] = digest;
  }
  if (has_payload && digest == scheme.digests[0]) {
    scheme.payloads[0] = message.payload;
  }
}

void Schemes::SayPayload(const Scheme& scheme, NodeId liar, NodeId to,
                         size_t which, uint64_t occurrence) {
  if (!scheme.payloads[which].has_value()) return;
  stage_.Say({.decision = Decision::kLieSendDelay,
              .from = liar,
              .to = to,
              .message = MessageKind::kSend,
              .instance = scheme.id,
              .digest_class = static_cast<uint32_t>(which),
              .occurrence = occurrence},
             liar, to,
             {.kind = MessageKind::kSend,
              .instance = scheme.id,
              .digest = {},
              .payload = scheme.payloads[which]});
}

}  // namespace distdb::sim
