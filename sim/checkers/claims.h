// Claims: which properties each mode promises under which faults. From this
// table the checkers of a run are chosen.
//
//   property            broadcast        bracha
//   Agreement           without liars    at most f
//   Integrity           -                at most f
//   Validity            -                at most f
//   Totality            -                at most f
//   Convergence         -                at most f
//   ReadYourWrites      -                at most f
//   NoFalseConviction   always           at most f
//   Liveness            always           at most f
//
// "At most f" of liars, amnesiacs, dead nodes, nodes with a false clock and
// nodes that the healing leaves out, together.
//
// An amnesiac, a node that lost its disk, may contradict what it promised: it
// is taken for a liar, for simplicity from the start of the run. So nothing is
// claimed of what it delivered or answered before, either.
//
// Broadcast applies payloads as they come, loses what is lost, and believes the
// peer that it synchronizes with.
//
// A scenario may hold its run to more (Plan::also_claimed), to show what
// breaks.
//
// A run that exceeds what its mode survives (more liars than f, on purpose) is
// held to the same list: what breaks then is what was to be shown.

#ifndef DISTDB_SIM_CHECKERS_CLAIMS_H_
#define DISTDB_SIM_CHECKERS_CLAIMS_H_

#include "core/config.h"
#include "sim/checkers/verdict.h"
#include "sim/plan.h"

namespace distdb::sim {

// Whether a run of this plan is held to `property`.
bool Claims(const Plan& plan, Property property);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_CLAIMS_H_
