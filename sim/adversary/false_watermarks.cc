#include "sim/adversary/false_watermarks.h"

#include <algorithm>
#include <iterator>

namespace distdb::sim {

void FalseWatermarks::HandleMessage(NodeId liar, NodeId from,
                                    const Message& message) {
  if (message.kind == MessageKind::kWatermark ||
      message.kind == MessageKind::kCollected) {
    return Claim(liar, from, message.kind, message.instance);
  }
  if (message.kind != MessageKind::kHello) return;
  for (const NodeId origin : NodeSet::FirstN(stage_.plan().nodes())) {
    Claim(liar, from, MessageKind::kWatermark, stage_.IdOf(origin, Seq(0)));
  }
}

void FalseWatermarks::Claim(NodeId liar, NodeId to, MessageKind kind,
                            const InstanceId& heard) {
  const Message claim{.kind = kind, .instance = heard};
  About about = stage_.AboutHeard(Decision::kLieWatermark, liar, to, claim);
  int64_t too_much = 0;
  if (stage_.Hardness(AdversaryName::kFalseWatermarks) > 0) {
    // Nothing, what it heard, too little, a little or far too much.
    static constexpr int64_t kTooMuch[] = {0, 0, -1, 3, 1'000'000};
    const uint64_t answer = stage_.Choose(about, std::size(kTooMuch) + 1);
    if (answer == 0) return;
    too_much = kTooMuch[answer - 1];
  }
  if (too_much != 0) stage_.Count(FaultName::kFalseWatermark);
  Message said = claim;
  const int64_t claimed = static_cast<int64_t>(heard.seq.value()) + too_much;
  said.instance.seq = Seq(static_cast<uint64_t>(std::max<int64_t>(claimed, 0)));
  about.decision = Decision::kLieDelay;
  stage_.Say(about, liar, to, said);
}

}  // namespace distdb::sim
