// RecordingReader: from the bytes of a recording to the replica as it was when
// that began, and the events that it was given since; see recording_format.h.
//
//   absl::StatusOr<RecordingReader> reader = RecordingReader::Open(bytes);
//   absl::StatusOr<std::unique_ptr<Replica>> replica = reader->Start(digester);
//   EffectsHash hash;
//   while (true) {
//     absl::StatusOr<std::optional<RecordedEvent>> next = reader->Next();
//     if (!next.ok() || !next->has_value()) break;
//     (*replica)->Step((*next)->event, effects);
//     hash.Add(effects);
//     if (hash.Prefix() != (*next)->hash) …   // it does something else
//     effects.Clear();
//   }
//
// A last frame that is cut off, as a process leaves it that was killed while it
// wrote, is a torn tail: what stands before it is the recording. So are zeros
// up to the end. Anything else that does not hold is damage.
//
// Errors say what is wrong at which byte, and the mend: InvalidArgument for
// bytes that are no recording of this format, DataLoss for damage.

#ifndef DISTDB_CORE_RECORDING_RECORDING_READER_H_
#define DISTDB_CORE_RECORDING_RECORDING_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/event.h"
#include "core/recording/recording_format.h"
#include "core/replica.h"

namespace distdb {

struct RecordedEvent {
  Event event;
  uint64_t hash = 0;  // EffectsHash::Prefix() after its step.
};

class RecordingReader {
 public:
  // `bytes` outlive the reader.
  static absl::StatusOr<RecordingReader> Open(absl::string_view bytes);

  const RecordingInfo& info() const { return info_; }

  // To be called once, before Next. `digester` outlives the replica, and is
  // that of whoever recorded.
  absl::StatusOr<std::unique_ptr<Replica>> Start(const Digester* digester);

  // Recorded before the first event here, in earlier recordings. After Start.
  uint64_t events_before() const { return events_before_; }

  // No value: the recording ends here.
  absl::StatusOr<std::optional<RecordedEvent>> Next();

  // Where the next entry stands.
  uint64_t offset() const { return body_begin_ + body_.offset(); }
  // At the end: the bytes of the torn tail.
  uint64_t torn_bytes() const { return torn_bytes_; }

 private:
  explicit RecordingReader(absl::string_view bytes);

  // Goes on to the next frame; false at the end.
  absl::StatusOr<bool> NextFrame();
  // The kind of the next entry; none at the end.
  absl::StatusOr<std::optional<RecordingEntry>> NextEntry();
  absl::Status Damaged(uint64_t at, absl::string_view what) const;
  absl::Status CheckEvent(const Event& event);

  absl::string_view bytes_;
  uint32_t crc_;       // Of the preamble.
  uint32_t chain_;     // The seal of the frame before.
  uint64_t next_ = 0;  // Where the next frame begins.
  FieldReader body_;   // What is left of this one.
  uint64_t body_begin_ = 0;
  uint64_t torn_bytes_ = 0;
  RecordingInfo info_;
  uint64_t events_before_ = 0;
  Time now_;  // Of the last Tick.
};

}  // namespace distdb

#endif  // DISTDB_CORE_RECORDING_RECORDING_READER_H_
