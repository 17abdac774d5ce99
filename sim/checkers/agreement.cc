#include "sim/checkers/agreement.h"

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

void Agreement::OnStep(Time at, NodeId node, const Event&,
                       const Effects& effects) {
  if (!population().honest.Contains(node)) return;
  for (const Delivery& delivery : effects.delivered) {
    Compare(at, node, delivery.instance, &delivery.digest, delivery.payload);
  }
}

void Agreement::OnStart(Time at, NodeId node,
                        absl::Span<const Record> records) {
  if (!population().honest.Contains(node)) return;
  for (const Record& record : records) {
    if (!SaysDelivered(record)) continue;
    // An APPLIED record has the payload alone.
    const bool has_digest = record.kind == RecordKind::kDelivered;
    Compare(at, node, record.instance, has_digest ? &record.digest : nullptr,
            record.payload);
  }
}

void Agreement::Compare(Time at, NodeId node, const InstanceId& instance,
                        const Digest* digest, const Payload& payload) {
  Value& value = values_.At(instance);
  const bool differs = (digest != nullptr && value.digest.has_value() &&
                        *value.digest != *digest) ||
                       (payload.has_value() && value.payload.has_value() &&
                        value.payload != payload);
  if (!differs) {
    value.nodes.Insert(node);
    if (digest != nullptr) value.digest = *digest;
    if (payload.has_value()) value.payload = payload;
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
