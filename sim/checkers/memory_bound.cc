#include "sim/checkers/memory_bound.h"

#include "absl/strings/str_cat.h"
#include "core/bracha/memory_bound.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

MemoryBound::MemoryBound(const Population& population, Verdict* verdict,
                         const Config& config, FindReplica find_replica)
    : Checker(population, verdict, kInNothing),
      bound_(bracha::MemoryBound(config)),
      find_replica_(std::move(find_replica)) {}

void MemoryBound::OnStep(Time at, NodeId node, const Event&, const Effects&) {
  const Replica* replica = find_replica_(node);
  if (replica == nullptr) return;
  const MemoryUse use = replica->Memory();
  if (IsWithin(use, bound_)) return;
  for (const MemoryTerm& term : kMemoryTerms) {
    const size_t held = use.*term.bytes;
    const size_t bound = bound_.*term.bytes;
    if (held <= bound) continue;
    Report({.property = Property::kMemoryBound,
            .at = at,
            .nodes = NodeSet::Of(node),
            .instance = std::nullopt,
            .what = absl::StrCat(Describe(node), " holds ", held, " bytes of ",
                                 term.name, "; the bound is ", bound)});
    return;
  }
}

}  // namespace distdb::sim
