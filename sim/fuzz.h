// The command `fuzz`: many seeds, and a line for each one that failed.

#ifndef DISTDB_SIM_FUZZ_H_
#define DISTDB_SIM_FUZZ_H_

#include "sim/flags.h"

namespace distdb::sim {

// Prints `FAIL seed=N property=P replay: COMMAND` for each failing seed, in the
// order of seeds whatever the number of jobs, then how often each fault struck,
// then the summary that scripts rely on. With --traces=- traces go to standard
// output, from one job, and all else to standard error. Progress goes to
// standard error. Ctrl-C and --time end with the summary, too. With
// --report=FILE the same is written as a page. Returns the exit code.
int Fuzz(const Flags& flags);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_FUZZ_H_
