// The commands `replay` and `hashes`.

#ifndef DISTDB_SIM_REPLAY_H_
#define DISTDB_SIM_REPLAY_H_

#include "sim/flags.h"

namespace distdb::sim {

// Runs one seed and prints its configuration, what it violated, if anything,
// and the last line that scripts rely on. With --check it runs it twice and
// compares; views (narration/views.h) show it. Returns the exit code.
int ReplaySeed(const Flags& flags);

// Prints a line `SEED HASH` for each seed, until interrupted. Returns the exit
// code.
int PrintHashes(const Flags& flags);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_REPLAY_H_
