// WriteScenario: a scenario as the text of a file that people read and edit.
//
// ParseScenario of it gives the same scenario again, but for what a file cannot
// say: digests that no value has, and what only a seed draws (jitter, chances).
// What has its default is left out. Pure.

#ifndef DISTDB_SIM_SCENARIO_WRITE_H_
#define DISTDB_SIM_SCENARIO_WRITE_H_

#include <string>

#include "sim/scenario/scenario.h"

namespace distdb::sim {

// Requires that every digest and payload that a liar says is one of
// `scenario.values`, and names of one word.
std::string WriteScenario(const Scenario& scenario);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_WRITE_H_
