#include "sim/checkers/no_false_conviction.h"

#include "absl/strings/str_cat.h"
#include "core/fault.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

void NoFalseConviction::OnStep(Time at, NodeId node, const Event&,
                               const Effects& effects) {
  for (const Fault& fault : effects.faults) {
    if (!population().honest.Contains(fault.node)) continue;
    Report({.property = Property::kNoFalseConviction,
            .at = at,
            .nodes = NodeSet::Of(node).With(fault.node),
            .instance = fault.instance,
            .what = absl::StrCat(Describe(node), " convicts ",
                                 Describe(fault.node), ", which is honest, of ",
                                 FaultKindName(fault.kind), " in ",
                                 Describe(fault.instance))});
  }
}

}  // namespace distdb::sim
