// The log as bytes: a header and then frames, one per record, each checked on
// its own and chained to the one before. Pure functions; files are the node's
// affair, and the simulator's disk uses the same functions.
//
//   log      = header frame*
//   header   = magic format cluster node epoch crc                32 bytes
//   magic    = "distdblg"                                          8 bytes
//   format   = 4 bytes   1
//   cluster  = 8 bytes   names the cluster whose log this is
//   node     = 4 bytes   and the member
//   epoch    = 4 bytes
//   crc      = 4 bytes   of the 28 bytes before
//   frame    = size crc previous unsynced seal body
//   size     = 4 bytes   of the body, 1 … kLogFrameBytesMax
//   crc      = 4 bytes   of the body
//   previous = 4 bytes   the seal of the frame before; the header's crc in the
//                        first frame
//   unsynced = 4 bytes   how many bytes before this frame were not known to be
//                        on disk when it was written; 2^32 − 1: who knows
//   seal     = 4 bytes   of (the header's crc, the frame's offset in the log
//                        as 8 bytes, size, crc, previous, unsynced)
//   body     = one record (record_codec.h)
//
// All numbers are little-endian, all checksums CRC-32C. README.md shows a log
// byte by byte.
//
// What a crash can leave behind is a *torn tail*: of the bytes that were not
// yet synced, any sectors may be there and any may be missing. Reading stops at
// the first frame that does not hold, and the driver cuts the log there. But
// bytes that had been synced and do not read back are *damage*: to cut them
// would break promises that this node has made, so damage is an error.
//
// A frame that does not hold is damaged if the header of any later frame says
// that it was written when the log had been synced beyond that point; else it
// begins the torn tail. A seal binds a header to its offset and its log, so
// headers are found again behind damage of any kind, in one pass over the
// bytes; and frames left over from an earlier life of the file, or copied into
// a client's value, are no frames where they stand.
//
// What remains undetectable here: damage to the last commit, which no later
// frame vouches for, and a file cut short look like a torn tail. To close that,
// a driver must know from elsewhere how many bytes were synced. Conversely, a
// member of the cluster that guesses an offset can put a sealed header into a
// payload; it is looked at only where a crash tore off the header of the very
// frame that holds it, and then this node refuses to start, and forgets
// nothing.

#ifndef DISTDB_CORE_LOG_LOG_FORMAT_H_
#define DISTDB_CORE_LOG_LOG_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {

inline constexpr size_t kLogHeaderBytes = 32;
inline constexpr size_t kLogFrameHeaderBytes = 20;
inline constexpr size_t kLogFrameBytesMax = 64 * 1024 * 1024;

// Whose log it is. A driver refuses a log that is not its own.
struct LogIdentity {
  uint64_t cluster = 0;
  NodeId node;
  Epoch epoch;

  friend bool operator==(const LogIdentity&, const LogIdentity&) = default;
};

struct LogContents {
  LogIdentity identity;
  // With tokens 1, 2, 3, … in order.
  std::vector<Record> records;
  // Where each record's frame begins, in bytes from the start of the log.
  std::vector<uint64_t> offsets;
  // Where the valid prefix ends; what follows is a torn tail, to be cut.
  uint64_t valid_bytes = 0;
  // The seal of the last frame (without one, the header's crc).
  uint32_t chain = 0;
};

// Encodes a log: first the header, then frames one after the other.
//
// The driver owes it:
//   1. the header is on disk before the first frame is written, best by
//      writing it to another file and renaming that;
//   2. a torn tail is cut and the cut synced before frames are appended;
//   3. MarkSynced after each sync. Without it, damage is taken for a torn tail.
//
// A value: a driver whose write failed goes back to a copy from before it.
class LogEncoder {
 public:
  // For a new log: appends the header to `out`.
  LogEncoder(const LogIdentity& identity, std::string& out);
  // For a log that is there: continues after its valid prefix.
  explicit LogEncoder(const LogContents& contents);

  // Appends the frame of `record` to `out`. Requires that its encoding takes at
  // most kLogFrameBytesMax.
  void Append(const Record& record, std::string& out);

  // Of the log with what has been appended.
  uint64_t bytes() const { return offset_; }

  // The first `bytes` of the log are on disk: what bytes() was for the last
  // frame that was written before the sync began. The next frames say so.
  void MarkSynced(uint64_t bytes);

 private:
  uint32_t log_crc_ = 0;
  uint32_t chain_ = 0;
  uint64_t offset_ = 0;
  uint64_t synced_ = 0;
};

// Reads a whole log. DataLoss, naming the offset and what is wrong, where bytes
// that had been synced do not read back; InvalidArgument for bytes that are no
// log of this format. No bytes at all are a log without header or records;
// fewer bytes than a header are DataLoss, since the header was synced first.
absl::StatusOr<LogContents> DecodeLog(absl::string_view bytes);

// Reads one frame back: `frame` is all its bytes, `offset` where it begins in
// the log of `identity`. DataLoss where they are not what was written.
absl::StatusOr<Record> DecodeFrame(const LogIdentity& identity,
                                   absl::string_view frame, uint64_t offset,
                                   Token token);

}  // namespace distdb

#endif  // DISTDB_CORE_LOG_LOG_FORMAT_H_
