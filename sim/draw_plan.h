// DrawPlan: the plan of a seed: which cluster, which faults at all and how
// hard, who lies, who dies, and what clients ask.

#ifndef DISTDB_SIM_DRAW_PLAN_H_
#define DISTDB_SIM_DRAW_PLAN_H_

#include "sim/choice.h"
#include "sim/plan.h"
#include "sim/shape.h"

namespace distdb::sim {

// Each fault is off in a part of the seeds (swarm), and liars, amnesiacs and
// dead nodes together are at most f, unless `shape` says otherwise.
Plan DrawPlan(Chooser& chooser, const Shape& shape);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DRAW_PLAN_H_
