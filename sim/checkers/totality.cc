#include "sim/checkers/totality.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

void Totality::OnStep(Time, NodeId node, const Event&, const Effects& effects) {
  delivered_.Raise(node, effects);
}

void Totality::OnStart(Time, NodeId node, absl::Span<const Record> records) {
  delivered_.Recover(node, records);
}

bool Totality::IsSettled() const {
  for (const NodeId origin : NodeSet::FirstN(delivered_.nodes())) {
    const Seq farthest = delivered_.Farthest(population().honest, origin);
    const NodeSet behind =
        delivered_.Behind(population().correct, origin, farthest);
    if (!behind.empty()) return false;
  }
  return true;
}

void Totality::Finish(Time at) {
  for (const NodeId origin : NodeSet::FirstN(delivered_.nodes())) {
    const Seq farthest = delivered_.Farthest(population().honest, origin);
    const NodeSet behind =
        delivered_.Behind(population().correct, origin, farthest);
    if (behind.empty()) continue;
    // The first instance that someone lacks.
    Seq first = farthest;
    for (const NodeId node : behind) {
      first = std::min(first, delivered_.Of(node, origin) + 1);
    }
    const NodeSet lacking =
        delivered_.Behind(population().correct, origin, first);
    NodeSet having(
        population().honest.bits() &
        ~delivered_.Behind(population().honest, origin, first).bits());
    const InstanceId id{Epoch(1), origin, first};
    Report({.property = Property::kTotality,
            .at = at,
            .nodes = lacking,
            .instance = id,
            .what = absl::StrCat(Describe(having), " delivered ", Describe(id),
                                 ", ", Describe(lacking), " never did")});
    return;
  }
}

}  // namespace distdb::sim
