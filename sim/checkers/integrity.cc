#include "sim/checkers/integrity.h"

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

void Integrity::OnStep(Time at, NodeId node, const Event& event,
                       const Effects& effects) {
  proposals_.OnStep(node, event, effects);
  if (!population().honest.Contains(node)) return;
  for (const Delivery& delivery : effects.delivered) {
    CheckDelivery(at, node, delivery);
    delivered_.Raise(node, delivery.instance);
  }
}

void Integrity::OnCrash(Time, NodeId node, Token lost_from) {
  proposals_.OnCrash(node, lost_from);
}

void Integrity::OnStart(Time at, NodeId node,
                        absl::Span<const Record> records) {
  proposals_.OnStart(node, records);
  if (!population().honest.Contains(node)) return;
  Progress recovered(delivered_.nodes());
  recovered.Recover(node, records);
  for (const NodeId origin : NodeSet::FirstN(delivered_.nodes())) {
    const Seq before = delivered_.Of(node, origin);
    const Seq after = recovered.Of(node, origin);
    if (after < before) {
      Report({.property = Property::kIntegrity,
              .at = at,
              .nodes = NodeSet::Of(node),
              .instance = InstanceId{Epoch(1), origin, after + 1},
              .what = absl::StrCat(Describe(node), " had delivered ",
                                   Describe(origin), "'s stream up to ",
                                   before.value(), " and has only ",
                                   after.value(), " after its restart")});
    }
    delivered_.Raise(node, {Epoch(1), origin, after});
  }
}

void Integrity::CheckDelivery(Time at, NodeId node, const Delivery& delivery) {
  const InstanceId& id = delivery.instance;
  const Seq expected = delivered_.Of(node, id.origin) + 1;
  if (id.seq != expected) {
    Report({.property = Property::kIntegrity,
            .at = at,
            .nodes = NodeSet::Of(node),
            .instance = id,
            .what = absl::StrCat(
                Describe(node), " delivers ", Describe(id),
                id.seq < expected ? " a second time" : " out of order",
                ": seq ", expected.value(), " is next")});
    return;
  }
  if (!population().honest.Contains(id.origin)) return;
  const Proposals::Value& proposed = proposals_.At(id);
  if (proposed.durable && proposed.digest == delivery.digest &&
      proposed.payload == delivery.payload) {
    return;
  }
  Report({.property = Property::kIntegrity,
          .at = at,
          .nodes = NodeSet::Of(node),
          .instance = id,
          .what = absl::StrCat(Describe(node), " delivers in ", Describe(id),
                               " what ", Describe(id.origin),
                               " has not proposed")});
}

}  // namespace distdb::sim
