// RunScenario: runs a scenario and says whether what it expects came true.

#ifndef DISTDB_SIM_SCENARIO_RUN_H_
#define DISTDB_SIM_SCENARIO_RUN_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "sim/narration/focus.h"
#include "sim/observer.h"
#include "sim/run.h"
#include "sim/scenario/scenario.h"

namespace distdb::sim {

struct ScenarioResult {
  RunResult run;
  // What did not come true, one sentence each.
  std::vector<std::string> missed;

  bool met() const { return missed.empty(); }
};

// The run alone. What the scenario leaves open is decided calmly, so that equal
// scenarios have equal runs. `observers` see the run; none is owned.
RunResult RunCalmly(const Scenario& scenario,
                    absl::Span<Observer* const> observers = {});

// The run, and what became of what is expected of it.
ScenarioResult RunScenario(const Scenario& scenario,
                           absl::Span<Observer* const> observers = {});

// The scenario's transcript, from what it is about to whether its expectations
// came true: what golden files hold. Of the conversation what is in focus.
std::string TellScenario(const Scenario& scenario, const Focus& focus = {});

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_RUN_H_
