// `sim fuzz --guide=…`: random schedules of one small model, and how many of
// its states they reach.

#ifndef DISTDB_SIM_EXPLORE_FUZZ_SCHEDULES_H_
#define DISTDB_SIM_EXPLORE_FUZZ_SCHEDULES_H_

#include "sim/flags.h"

namespace distdb::sim::explore {

// The schedules first_seed … first_seed + seeds − 1 of the model that `explore
// --symmetry` explores, with --nodes, --quorum_policy and --mutant; one job.
// Prints how many states were reached after each power of ten, then the lines
// that `fuzz` prints; the first schedule that breaks a property is the last.
// With --traces their traces are written, one file for all; if that is standard
// output, all else goes to standard error. Returns the exit code.
int FuzzSchedules(const Flags& flags);

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_FUZZ_SCHEDULES_H_
