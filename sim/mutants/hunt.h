// The command `mutants`: plants each bug of core/mutant.h in turn and counts
// the seeds until the property that it declares has broken.

#ifndef DISTDB_SIM_MUTANTS_HUNT_H_
#define DISTDB_SIM_MUTANTS_HUNT_H_

#include "sim/flags.h"

namespace distdb::sim {

// For each mutant (or the one of --mutant) a line
// `mutant=NAME property=P seeds=N core_seconds=S found=yes|no`, at most --seeds
// seeds each, and `mutants=N found=M` at the end. Returns the exit code: 0 when
// all are found.
int HuntMutants(const Flags& flags);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_MUTANTS_HUNT_H_
