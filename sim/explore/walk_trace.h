// The trace of a schedule (spec/TRACES.md), from Instances that are driven
// through it: what they ask for, and what they are after each handler.

#ifndef DISTDB_SIM_EXPLORE_WALK_TRACE_H_
#define DISTDB_SIM_EXPLORE_WALK_TRACE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/quorum.h"
#include "sim/explore/model.h"
#include "sim/explore/walks.h"

namespace distdb::sim::explore {

// One history, called `run`. Requires a model whose origin lies, and in which
// own votes are durable at once; `policy` is that of its quorums.
std::string TraceOf(const Model& model, QuorumPolicy policy, const Walk& walk,
                    absl::string_view run);

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_WALK_TRACE_H_
