// The log as bytes: segments, each a header and then frames, one per record,
// each checked on its own and chained to the one before. Pure functions; files
// are the node's affair, and the simulator's disk uses the same functions.
//
//   log      = segment*                                 each a file of its own
//   segment  = header frame* zero*
//   header   = magic format cluster node epoch number begin synced previous crc
//                                                                   60 bytes
//   magic    = "distdblg"                                            8 bytes
//   format   = 4 bytes   2
//   cluster  = 8 bytes   names the cluster whose log this is
//   node     = 4 bytes   and the member
//   epoch    = 4 bytes
//   number   = 8 bytes   of the segment: 1, 2, 3, …
//   begin    = 8 bytes   the position of its first frame
//   synced   = 8 bytes   up to which position the log was on disk when the
//                        segment got its name; begin or more
//   previous = 4 bytes   the seal of the frame before; the log's crc in the
//                        first segment
//   crc      = 4 bytes   of the 56 bytes before
//   frame    = size crc previous unsynced seal body
//   size     = 4 bytes   of the body, 1 … kLogFrameBytesMax
//   crc      = 4 bytes   of the body
//   previous = 4 bytes   the seal of the frame before; the log's crc in the
//                        first frame
//   unsynced = 4 bytes   how many bytes before this frame were not known to be
//                        on disk when it was written; 2^32 − 1: who knows
//   seal     = 4 bytes   of (the log's crc, the frame's position as 8 bytes,
//                        size, crc, previous, unsynced)
//   body     = one record (record_codec.h)
//
// A position counts the bytes of all frames of the log before it, also of those
// in segments that have been removed; headers do not count. The log's crc is
// that of the first 28 bytes of any of its headers, up to the epoch. All
// numbers are little-endian, all checksums CRC-32C. README.md shows a log byte
// by byte, and says what is torn and what is damaged.

#ifndef DISTDB_CORE_LOG_LOG_FORMAT_H_
#define DISTDB_CORE_LOG_LOG_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/types.h"

namespace distdb {

inline constexpr uint32_t kLogFormat = 2;
// What a segment and a mark begin with, up to the epoch.
inline constexpr size_t kLogPreambleBytes = 28;
inline constexpr size_t kSegmentHeaderBytes = 60;
inline constexpr size_t kLogFrameHeaderBytes = 20;
inline constexpr size_t kLogFrameBytesMax = 64 * 1024 * 1024;

// Whose log it is. A driver refuses a log that is not its own.
struct LogIdentity {
  uint64_t cluster = 0;
  NodeId node;
  Epoch epoch;

  friend bool operator==(const LogIdentity&, const LogIdentity&) = default;
};

// Appends magic, format and identity, with which a segment begins,
// and with another `magic` (8 bytes) what else belongs to a log.
void AppendPreamble(absl::string_view magic, const LogIdentity& identity,
                    std::string& out);

// The identity in a preamble. InvalidArgument for another magic or format.
// Requires kLogPreambleBytes.
absl::StatusOr<LogIdentity> DecodePreamble(absl::string_view magic,
                                           absl::string_view bytes);

// The log's crc.
uint32_t LogCrc(const LogIdentity& identity);

struct SegmentHeader {
  LogIdentity identity;
  uint64_t number = 1;
  uint64_t begin = 0;
  uint64_t synced = 0;
  uint32_t previous = 0;

  friend bool operator==(const SegmentHeader&, const SegmentHeader&) = default;
};

std::string EncodeSegmentHeader(const SegmentHeader& header);

// `bytes` begin with it. DataLoss where it is damaged or cut off,
// InvalidArgument for bytes that are no log of this format.
absl::StatusOr<SegmentHeader> DecodeSegmentHeader(absl::string_view bytes);

struct FrameHeader {
  // In `unsynced`: so many that nothing is claimed.
  static constexpr uint32_t kUnknown = std::numeric_limits<uint32_t>::max();

  uint32_t size = 0;
  uint32_t crc = 0;
  uint32_t previous = 0;
  uint32_t unsynced = 0;
  uint32_t seal = 0;
};

// Writes it at `to`, which has room for it, and returns the seal, which it
// computes.
uint32_t StoreFrameHeader(uint32_t log_crc, uint64_t position,
                          const FrameHeader& header, char* to);

// The header of the frame at `position`, if `bytes` begin with one that belongs
// there.
std::optional<FrameHeader> DecodeFrameHeader(uint32_t log_crc,
                                             uint64_t position,
                                             absl::string_view bytes);

}  // namespace distdb

#endif  // DISTDB_CORE_LOG_LOG_FORMAT_H_
