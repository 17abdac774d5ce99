// NeededFor: the happenings of a scenario without which what it shows would not
// have happened, found by running it without each in turn.

#ifndef DISTDB_SIM_EXPLAIN_NEEDED_H_
#define DISTDB_SIM_EXPLAIN_NEEDED_H_

#include <string>

#include "sim/checkers/verdict.h"
#include "sim/scenario/scenario.h"

namespace distdb::sim {

// Sentences for people, a line each: the planted bug or the unsafe quorums, if
// all holds without; then lies and faults, then how many operations. For a
// scenario of more than a hundred happenings only how to shrink it, by
// `shrink_command`.
std::string TellNeeded(const Scenario& scenario, Property property,
                       const std::string& shrink_command);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_EXPLAIN_NEEDED_H_
