// LogWriter: encodes the frames of a log, one after the other, and the headers
// of its segments.
//
// The driver owes it:
//   1. a segment begins only when all frames before it are on disk, and its
//      header is on disk before anyone finds the segment: best written to
//      another file that is then renamed;
//   2. a torn tail is cut and the cut synced before frames are appended;
//   3. MarkSynced after each sync. Without it, damage is taken for a torn tail.
//
// A value: a driver whose write failed goes back to a copy from before it.

#ifndef DISTDB_CORE_LOG_LOG_WRITER_H_
#define DISTDB_CORE_LOG_LOG_WRITER_H_

#include <cstdint>
#include <string>

#include "core/log/log_format.h"
#include "core/record.h"

namespace distdb {

class LogWriter {
 public:
  // A new log.
  explicit LogWriter(const LogIdentity& identity)
      : LogWriter(identity, 0, LogCrc(identity)) {}
  // A log that is there, and on disk, up to the frame with the seal `chain`,
  // behind which the next one stands at `position`.
  LogWriter(const LogIdentity& identity, uint64_t position, uint32_t chain);

  // Appends the frame of `record` to `out`. Requires that its encoding takes at
  // most kLogFrameBytesMax.
  void Append(const Record& record, std::string& out);

  // The header of a segment that begins here.
  SegmentHeader HeaderHere(uint64_t number) const;

  // Of the next frame.
  uint64_t position() const { return position_; }

  // The log is on disk up to `position`: what position() was after the last
  // frame that was written before the sync began. The next frames say so.
  void MarkSynced(uint64_t position);

 private:
  LogIdentity identity_;
  uint32_t log_crc_;
  uint32_t chain_;
  uint64_t position_;
  uint64_t synced_;
};

}  // namespace distdb

#endif  // DISTDB_CORE_LOG_LOG_WRITER_H_
