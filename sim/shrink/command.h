// The commands `shrink` and `mutants --shrink`.

#ifndef DISTDB_SIM_SHRINK_COMMAND_H_
#define DISTDB_SIM_SHRINK_COMMAND_H_

#include "sim/flags.h"

namespace distdb::sim {

// Shrinks the seed or the scenario of the flags and prints what is left: the
// scenario, its lanes, and as the last line
//   property=P events=E decisive=D runs=R core_seconds=S replay: COMMAND
// With --out the scenario is also written there. Interrupted, it is the best so
// far. Returns the exit code: 0 shrunk; 1 nothing is violated, or not any more
// when everything is said outright; 2 bad input.
int ShrinkCommand(const Flags& flags);

// For each mutant (or the one of --mutant) finds a seed that breaks its
// property first of all (or, where none of --seeds does, anything), shrinks it
// and prints
//   mutant=NAME property=P seed=N events=E decisive=D core_seconds=S shrunk=yes
// and `mutants=N shrunk=M median=D max=D` at the end; with --out=DIR also
// writes DIR/NAME.textproto. Returns the exit code: 0 when all are shrunk.
int ShrinkMutants(const Flags& flags);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SHRINK_COMMAND_H_
