// Writes a run that the explorer found as a scenario, which the simulator
// replays with whole replicas (sim/scenario/scenario.proto).
//
// Step i happens at 10 ms + 2i ms: a liar says its vote so that it arrives
// then, and a correct node's vote is delayed until then. A vote that nobody
// takes in the run is lost at first.

#ifndef DISTDB_SIM_EXPLORE_SCENARIO_WRITER_H_
#define DISTDB_SIM_EXPLORE_SCENARIO_WRITER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/explore/explorer.h"
#include "sim/explore/model.h"

namespace distdb::sim::explore {

// The scenario as text, called `name`; it plants `mutant`, or none if
// that is empty, and expects the property to break.
// FailedPrecondition, saying why, for what a scenario cannot do: a correct
// origin, restarts, or own votes that are durable later.
absl::StatusOr<std::string> WriteScenario(const Model& model,
                                          const Exploration& found,
                                          absl::string_view name,
                                          absl::string_view mutant);

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_SCENARIO_WRITER_H_
