// Reading a log back, segment by segment, and telling a torn tail, which a
// crash explains, from damage, which it does not.
//
//   LogContents log;
//   for each segment, in order:
//     absl::Status status = ReadSegment(bytes, next, synced, log);
//     if (!status.ok()) …                 // damaged: refuse to start
//   … log.records; cut the last segment's file at log.FileBytes()
//
// What a crash can leave behind is a *torn tail*: of the bytes that were not
// yet synced, any sectors may be there and any may be missing. Reading stops at
// the first frame that does not hold, and the driver cuts the log there. But
// bytes that had been synced and do not read back are *damage*: to cut them
// would break promises that this node has made, so damage is an error.
//
// A frame that does not hold is damaged if anything says that the log had been
// synced beyond its beginning: the header of its segment or of a later one, the
// header of any later frame, or the mark (sync_mark.h); else it begins the torn
// tail. A seal binds a header to its position and its log, so headers are found
// again behind damage of any kind, in one pass over the bytes; and frames left
// over from an earlier life of the file, or copied into a client's value, are
// no frames where they stand.
//
// A member of the cluster that guesses a position can put a sealed header into
// a payload; it is looked at only where a crash tore off the header of the very
// frame that holds it, and then this node refuses to start, and forgets
// nothing.

#ifndef DISTDB_CORE_LOG_LOG_READER_H_
#define DISTDB_CORE_LOG_LOG_READER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/log/log_format.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {

// What has been read so far.
struct LogContents {
  // Of the last segment; number 0 before the first.
  SegmentHeader segment{.number = 0};
  // With tokens 1, 2, 3, … in order.
  std::vector<Record> records;
  // Of each record's frame.
  std::vector<uint64_t> positions;
  // Behind the last frame that holds, and that frame's seal.
  uint64_t end = 0;
  uint32_t chain = 0;
  // How many bytes of a torn tail stand there, zeros at its end left out.
  uint64_t torn_bytes = 0;

  // What is valid of the last segment's file.
  uint64_t FileBytes() const {
    return kSegmentHeaderBytes + (end - segment.begin);
  }
};

// Appends the next segment to `log`, the first being the oldest that is there.
// `next` is the header of the one after it, null for the last one; `synced`,
// the position up to which the mark says that the log was on disk.
// DataLoss, naming the byte of the file and what is wrong, where bytes that had
// been synced do not read back, or the segment does not follow the one before;
// InvalidArgument for bytes that are no log of this format.
absl::Status ReadSegment(absl::string_view bytes, const SegmentHeader* next,
                         uint64_t synced, LogContents& log);

// Reads one frame back: `frame` is all its bytes, `position` its place in the
// log of `identity`. DataLoss where they are not what was written.
absl::StatusOr<Record> DecodeFrame(const LogIdentity& identity,
                                   absl::string_view frame, uint64_t position,
                                   Token token);

}  // namespace distdb

#endif  // DISTDB_CORE_LOG_LOG_READER_H_
