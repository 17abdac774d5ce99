// Recorder: records a replica for years, in one recording after the other, of
// which each begins with a starting state of its own and can be replayed alone.
//
//   Recorder recorder(options, replica);
//   …
//   replica.Step(event, effects);
//   recorder.OnStep(event, effects);
//   …                                     // and once a turn:
//   append(recorder.current()->Bytes());  // to the file of this recording
//   switch (recorder.Advance(replica)) …  // a piece of the next one
//
// At first there is but a next recording, whose starting state is on its way;
// who advances until it is complete before the first step loses no event. The
// one after it begins when the events of this one take `bytes`, or as much as
// its starting state took, if that is more: so starting states at most double
// what is written. The store's entries are written a run per Advance, so that
// no turn waits for all of them; the rest of the state (what is in flight, and
// what is kept for peers that lack it) in one go. Events go to this recording
// until then, and to the next one from then on: none is lost.
//
// A value of the driver's; does no I/O. Not thread-safe.

#ifndef DISTDB_CORE_RECORDING_RECORDER_H_
#define DISTDB_CORE_RECORDING_RECORDER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/effects.h"
#include "core/event.h"
#include "core/recording/recording_writer.h"
#include "core/replica.h"
#include "core/store/entries_codec.h"

namespace distdb {

struct RecorderOptions {
  uint64_t cluster = 0;
  // Of events in one recording, about.
  uint64_t bytes = 64 * 1024 * 1024;
  // Of a run of the store's entries.
  size_t run_bytes = kEntriesBytes;
};

class Recorder {
 public:
  Recorder(const RecorderOptions& options, const Replica& replica);

  // After each step. False: an event that does not fit; recording must end.
  [[nodiscard]] bool OnStep(const Event& event, const Effects& effects);

  enum class Progress {
    kNone,
    kBegun,  // There is a next recording, which takes bytes from now on.
    kTurned  // It has become the current one, which is complete.
  };
  // Between two steps.
  Progress Advance(const Replica& replica);

  // Null until the first one has turned.
  RecordingWriter* current() { return current_.get(); }
  // Null while there is none.
  RecordingWriter* next() { return next_.get(); }

 private:
  bool IsFull() const;
  RecordingInfo Info(const Replica& replica) const;

  const RecorderOptions options_;
  uint64_t events_ = 0;
  std::unique_ptr<RecordingWriter> current_;
  uint64_t start_bytes_ = 0;  // Of its starting state.
  std::unique_ptr<RecordingWriter> next_;
  std::optional<std::string> entries_after_;
};

}  // namespace distdb

#endif  // DISTDB_CORE_RECORDING_RECORDER_H_
