#include "sim/checkers/agreement.h"

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

void Agreement::OnStep(Time at, NodeId node, const Event&,
                       const Effects& effects) {
  for (const Delivery& delivery : effects.delivered) {
    Compare(at, node, delivery.instance, delivery.digest, delivery.payload);
  }
}

void Agreement::OnStart(Time at, NodeId node,
                        absl::Span<const Record> records) {
  for (const Record& record : records) {
    if (SaysDelivered(record)) {
      Compare(at, node, record.instance, record.digest, record.payload);
    }
  }
}

void Agreement::Compare(Time at, NodeId node, const InstanceId& instance,
                        const Digest& digest, const Payload& payload) {
  Value& value = values_.At(instance);
  if (value.nodes.empty()) {
    value = {.nodes = NodeSet::Of(node), .digest = digest, .payload = payload};
    return;
  }
  const bool both = value.payload.has_value() && payload.has_value();
  if (value.digest == digest && (!both || value.payload == payload)) {
    value.nodes.Insert(node);
    if (!value.payload.has_value()) value.payload = payload;
    return;
  }
  Report({.property = Property::kAgreement,
          .at = at,
          .nodes = value.nodes.With(node),
          .instance = instance,
          .what = absl::StrCat(Describe(node), " delivers another value in ",
                               Describe(instance), " than ",
                               Describe(value.nodes), " did")});
}

}  // namespace distdb::sim
