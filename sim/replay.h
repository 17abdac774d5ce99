// The commands `replay` and `hashes`.

#ifndef DISTDB_SIM_REPLAY_H_
#define DISTDB_SIM_REPLAY_H_

#include "absl/types/span.h"
#include "sim/flags.h"
#include "sim/observer.h"

namespace distdb::sim {

// Runs one seed and prints its configuration, what it violated, if anything,
// and the last line that scripts rely on. With --check it runs it twice and
// compares. Observers see the (first) run. Returns the exit code.
int ReplaySeed(const Flags& flags, absl::Span<Observer* const> observers = {});

// Prints a line `SEED HASH` for each seed. Returns the exit code.
int PrintHashes(const Flags& flags);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_REPLAY_H_
