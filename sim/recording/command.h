// The command `replay --recording=FILE`.

#ifndef DISTDB_SIM_RECORDING_COMMAND_H_
#define DISTDB_SIM_RECORDING_COMMAND_H_

#include "sim/flags.h"

namespace distdb::sim {

// Plays the recording that a node made and prints whose it is, whether each
// event has the effects that it had then, and the last line that scripts rely
// on. --lanes and --transcript show the events from --from to --to. Returns the
// exit code.
int ReplayRecording(const Flags& flags);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_RECORDING_COMMAND_H_
