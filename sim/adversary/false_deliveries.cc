#include "sim/adversary/false_deliveries.h"

namespace distdb::sim {
namespace {

// By hardness: in how many of 1000 instances it claims.
constexpr uint64_t kPerMille[] = {0, 100, 300, 600};

}  // namespace

void FalseDeliveries::HandleMessage(NodeId liar, NodeId from,
                                    const Message& message) {
  if (message.instance.seq == Seq(0) ||
      message.kind == MessageKind::kWatermark ||
      !heard_.insert(message.instance).second) {
    return;
  }
  About about{.decision = Decision::kFalseDelivery,
              .instance = message.instance};
  const uint64_t hardness = stage_.Hardness(AdversaryName::kFalseDeliveries);
  if (!stage_.Chance(about, kPerMille[hardness])) return;
  about.decision = Decision::kFalseDeliveryHow;
  const uint64_t how = stage_.Choose(about, 16);
  const bool alone = (how & 1) != 0;
  const bool to_one = (how & 2) != 0;
  const bool made_up = (how & 4) != 0;
  InstanceId id = message.instance;
  if ((how & 8) != 0) ++id.seq;
  const Digest digest =
      made_up ? stage_.MadeUpDigest(id, 1) : schemes_.Find(id).digests[1];
  const NodeSet to_whom = to_one && stage_.victims().Contains(from)
                              ? NodeSet::Of(from)
                              : stage_.victims();
  for (const NodeId by : alone ? NodeSet::Of(liar) : stage_.liars()) {
    for (const NodeId to : to_whom) {
      if (claims_ >= kClaimsMax) return;
      ++claims_;
      stage_.Count(FaultName::kFalseDelivery);
      const Message claim{
          .kind = MessageKind::kDelivered, .instance = id, .digest = digest};
      stage_.Say(
          stage_.AboutHeard(Decision::kFalseDeliveryDelay, by, to, claim), by,
          to, claim);
    }
  }
}

}  // namespace distdb::sim
