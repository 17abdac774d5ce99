// The log as bytes: a header and then frames, each with a checksum that chains
// over everything before it. Pure functions; files are the node's affair, and
// the simulator's disk uses the same functions.
//
//   log     = header frame*
//   header  = magic format cluster node epoch crc                 32 bytes
//   magic   = "distdblg"                                           8 bytes
//   format  = 4 bytes, 1
//   cluster = 8 bytes   names the cluster whose log this is
//   node    = 4 bytes   and the member
//   epoch   = 4 bytes
//   crc     = 4 bytes   of the 28 bytes before
//   frame   = size crc body
//   size    = 4 bytes   of the body, 1 … kLogFrameBytesMax
//   crc     = 4 bytes   CRC-32C of (the crc before it, size, body)
//   body    = one record (record_codec.h)
//
// All numbers are little-endian. Chaining the checksum makes a frame valid only
// after exactly the frames that were written before it: a stale frame from an
// earlier life of the file never joins a newer prefix.
//
// What a crash can leave behind is a *torn tail*: a prefix of the frames that
// were not yet synced, the last one perhaps incomplete. Reading stops there,
// and the driver cuts it. A frame that fails its checksum although valid frames
// follow it is *damage*: those bytes had been synced, and to forget them would
// make the node break promises it has made. Damage is an error, never a cut.

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
inline constexpr size_t kFrameHeaderBytes = 8;
inline constexpr size_t kLogFrameBytesMax = 64 * 1024 * 1024;

// Whose log it is. A driver refuses a log that is not its own.
struct LogIdentity {
  uint64_t cluster = 0;
  NodeId node;
  Epoch epoch;

  friend bool operator==(const LogIdentity&, const LogIdentity&) = default;
};

// Encodes a log: first the header, then frames one after the other.
class LogEncoder {
 public:
  // For a new log: appends the header to `out`.
  LogEncoder(const LogIdentity& identity, std::string& out);
  // For a log that is there: continues after a frame with checksum `chain`.
  explicit LogEncoder(uint32_t chain) : chain_(chain) {}

  // Appends the frame of `record` to `out`.
  void Append(const Record& record, std::string& out);

 private:
  uint32_t chain_ = 0;
};

struct LogContents {
  LogIdentity identity;
  // With tokens 1, 2, 3, … in order.
  std::vector<Record> records;
  // Where each record's frame begins, in bytes from the start of the log.
  std::vector<uint64_t> offsets;
  // Where the valid prefix ends; what follows is a torn tail, to be cut.
  uint64_t valid_bytes = 0;
  // For LogEncoder, to append after the valid prefix.
  uint32_t chain = 0;
};

// Reads a whole log. DataLoss, naming the offset and what is wrong, where bytes
// that must have been synced do not read back; InvalidArgument for bytes that
// are no log of this format. Bytes shorter than a header are an empty log that
// was never synced: DataLoss unless `bytes` is empty.
absl::StatusOr<LogContents> DecodeLog(absl::string_view bytes);

}  // namespace distdb

#endif  // DISTDB_CORE_LOG_LOG_FORMAT_H_
