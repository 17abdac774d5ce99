// Play: a recording run again: the same replica, built from its starting state
// and stepped through the same events, with each step's effects compared.

#ifndef DISTDB_SIM_RECORDING_PLAY_H_
#define DISTDB_SIM_RECORDING_PLAY_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/recording/recording_format.h"
#include "core/replica.h"

namespace distdb::sim {

struct Played {
  // Not OK where the recording is none, or damaged; what follows is then what
  // was played until there.
  absl::Status status;
  uint64_t events_before = 0;  // In earlier recordings of this replica.
  uint64_t events = 0;         // In this one.
  std::string hash;            // Of all effects, see EffectsHash.
  uint64_t torn_bytes = 0;
  // The first event with other effects than were recorded, from 1, and what is
  // to be said of it. Nothing behind it is played.
  std::optional<uint64_t> differs;
  std::string difference;
};

struct PlayOptions {
  // That of whoever recorded; outlives the call.
  const Digester* digester = nullptr;
  // Called once, before the first event. The replica lives until Play returns.
  std::function<void(const RecordingInfo&, uint64_t events_before,
                     const Replica&)>
      on_start;
  // Called after each step with the number of the event, from 1; also after
  // the one that differs, with what its effects are now.
  std::function<void(uint64_t number, const Event&, const Effects&)> on_step;
};

// A failed check in core counts as a difference if the handler of
// sim/check_handler.h is installed.
Played Play(absl::string_view recording, const PlayOptions& options);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_RECORDING_PLAY_H_
