// CalmPlan: the plan of a cluster in which nothing goes wrong and nothing is
// asked: the start of every plan made by hand.

#ifndef DISTDB_SIM_CALM_PLAN_H_
#define DISTDB_SIM_CALM_PLAN_H_

#include "sim/plan.h"

namespace distdb::sim {

// Each link takes a millisecond, each fsync 100 us; clocks agree; the faults
// (that the caller may add) end after one second.
Plan CalmPlan(int nodes);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CALM_PLAN_H_
