// RecordingWriter: the bytes of a recording, one after the other; see
// recording_format.h.
//
//   RecordingWriter writer(info);
//   writer.AddEntries(run) …            // the store's, possibly over many
//   turns writer.AddWrites(delivery) …        // what is delivered meanwhile
//   writer.Start(replica, 0);           // with the store as it has become
//   writer.AddEvent(event, effects) …   // what the replica is given from now
//   on append(writer.Bytes());             // to a file, now and then
//   writer.Clear();
//
// Bounded: it holds what was added since the last Clear.

#ifndef DISTDB_CORE_RECORDING_RECORDING_WRITER_H_
#define DISTDB_CORE_RECORDING_RECORDING_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/recording/effects_hash.h"
#include "core/recording/recording_format.h"
#include "core/replica.h"

namespace distdb {

class RecordingWriter {
 public:
  explicit RecordingWriter(const RecordingInfo& info);

  void AddEntries(absl::string_view run);
  void AddWrites(const Delivery& delivery);
  // The rest of the replica's state; events follow, the first of which is the
  // one after so many.
  void Start(const Replica& replica, uint64_t events_before);

  // After a step: its event and effects. An event of more than
  // kLogFrameBytesMax is not added: false, and the recording must end here.
  [[nodiscard]] bool AddEvent(const Event& event, const Effects& effects);

  // Of frames that are complete; completes the last one. Valid until the next
  // call of anything.
  absl::string_view Bytes();
  // What Bytes returned has been taken; nothing has been added since.
  void Clear() {
    bytes_.clear();
    frame_ = 0;
  }
  // Of all that was added, also before Clear.
  uint64_t position() const { return position_ + open_bytes(); }

 private:
  // Begins an entry, in the open frame or a new one.
  void Begin(RecordingEntry kind);
  // Ends it, and the frame if that has become large.
  void End();
  void CloseFrame();
  size_t open_bytes() const { return bytes_.size() - frame_; }

  std::string bytes_;
  size_t frame_ = 0;       // Where the open frame begins; the end: none is.
  uint64_t position_ = 0;  // Of the open frame in the recording.
  uint32_t crc_ = 0;       // Of the preamble.
  uint32_t chain_ = 0;
  EffectsHash hash_;
};

}  // namespace distdb

#endif  // DISTDB_CORE_RECORDING_RECORDING_WRITER_H_
