#include "sim/checkers/convergence.h"

#include "absl/strings/str_cat.h"
#include "core/store/store.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {
namespace {

bool HaveEqualWatermarks(const Replica& a, const Replica& b) {
  for (const NodeId origin : NodeSet::FirstN(a.config().nodes)) {
    if (a.Watermark(origin) != b.Watermark(origin)) return false;
  }
  return true;
}

}  // namespace

void Convergence::Finish(Time at) {
  const Replica* first = nullptr;
  for (const NodeId node : population().correct) {
    const Replica* replica = find_replica_(node);
    if (replica == nullptr) continue;
    if (first == nullptr) {
      first = replica;
      continue;
    }
    if (!HaveEqualWatermarks(*first, *replica) ||
        first->store().entries() == replica->store().entries()) {
      continue;
    }
    const NodeId other = first->config().self;
    Report({.property = Property::kConvergence,
            .at = at,
            .nodes = NodeSet::Of(node).With(other),
            .instance = std::nullopt,
            .what = absl::StrCat(Describe(other), " and ", Describe(node),
                                 " have delivered the same and hold different "
                                 "stores")});
    return;
  }
}

}  // namespace distdb::sim
