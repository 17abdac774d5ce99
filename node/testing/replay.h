// Replay: for tests, plays a recording with the core alone, as the simulator's
// command does.

#ifndef DISTDB_NODE_TESTING_REPLAY_H_
#define DISTDB_NODE_TESTING_REPLAY_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/recording/effects_hash.h"
#include "core/recording/recording_reader.h"
#include "core/replica.h"

namespace distdb {

struct Replayed {
  absl::Status status;
  uint64_t events_before = 0;
  uint64_t events = 0;
  uint64_t torn_bytes = 0;
  std::optional<uint64_t> differs;  // The first event that does.
  std::unique_ptr<Replica> replica;
};

inline Replayed Replay(const std::string& recording, const Digester& digester) {
  Replayed replayed;
  absl::StatusOr<RecordingReader> reader = RecordingReader::Open(recording);
  replayed.status = reader.status();
  if (!reader.ok()) return replayed;
  absl::StatusOr<std::unique_ptr<Replica>> replica = reader->Start(&digester);
  replayed.status = replica.status();
  if (!replica.ok()) return replayed;
  replayed.replica = *std::move(replica);
  replayed.events_before = reader->events_before();
  EffectsHash hash;
  while (!replayed.differs.has_value()) {
    absl::StatusOr<std::optional<RecordedEvent>> next = reader->Next();
    replayed.status = next.status();
    if (!next.ok() || !next->has_value()) break;
    Effects effects;
    replayed.replica->Step((*next)->event, effects);
    hash.Add(effects);
    ++replayed.events;
    if (hash.Prefix() != (*next)->hash) replayed.differs = replayed.events;
  }
  replayed.torn_bytes = reader->torn_bytes();
  return replayed;
}

}  // namespace distdb

#endif  // DISTDB_NODE_TESTING_REPLAY_H_
