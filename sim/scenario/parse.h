// ParseScenario: the text of a scenario file as a Scenario, or what is wrong
// with it.
//
//   absl::StatusOr<Scenario> scenario = ParseScenario(path, text);
//   if (!scenario.ok()) … scenario.status().message() is one line:
//   good.textproto:7:3: there is no field "nodez" here; did you mean "nodes"?
//
// What comes back is possible: nodes in range, liars and the dead disjoint,
// every name known, every value well defined, and a run that is expected to
// hold has no more liars and dead nodes than its cluster survives. The format
// is explained in scenario.proto. Pure: reads no file.

#ifndef DISTDB_SIM_SCENARIO_PARSE_H_
#define DISTDB_SIM_SCENARIO_PARSE_H_

#include <string>

#include "absl/status/statusor.h"
#include "sim/scenario/scenario.h"

namespace distdb::sim {

// `file` is named in errors.
absl::StatusOr<Scenario> ParseScenario(const std::string& file,
                                       const std::string& text);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_PARSE_H_
