// Parts of Shrink that change what is there rather than take it away.

#ifndef DISTDB_SIM_SHRINK_SIMPLIFY_H_
#define DISTDB_SIM_SHRINK_SIMPLIFY_H_

#include "sim/scenario/scenario.h"
#include "sim/shrink/trial.h"

namespace distdb::sim {

// Nodes like all others, limits and times as a file has them where it says
// nothing.
void MakeOrdinary(Scenario& scenario, Trial& trial);

// Round times, short writes, short names, rules that say less.
void Simplify(Scenario& scenario, Trial& trial);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SHRINK_SIMPLIFY_H_
