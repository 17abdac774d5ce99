// From the files that a crash left behind to a log that can be continued.
//
//   DIR/log-0000000001 …   its segments
//   DIR/log.synced         its mark
//   DIR/log.new            a segment on its way; never read, and removed
//
// core/log/README.md says what the bytes mean, and why each order of steps here
// leaves a valid log wherever a crash cuts it.

#ifndef DISTDB_NODE_LOG_RECOVERY_H_
#define DISTDB_NODE_LOG_RECOVERY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/log/log_format.h"
#include "core/log/log_reader.h"
#include "core/log/sync_mark.h"
#include "node/directory.h"

namespace distdb {

inline constexpr char kSegmentDraftName[] = "log.new";

std::string SegmentName(uint64_t number);

// So large is the file of a segment whose header and frames take `used` bytes.
uint64_t SegmentFileBytes(uint64_t segment_bytes, uint64_t used);

struct RecoveredLog {
  LogContents contents;
  // Of all segments, in order; at least one.
  std::vector<SegmentHeader> segments;
  // Of the last one.
  std::unique_ptr<File> file;
  // Written and synced: all that was found is on disk.
  std::unique_ptr<File> mark_file;
  SyncMark mark;
};

// Reads the log, or creates one. A torn tail is cut, and what is left is
// synced: a process that was killed may not have come to that.
// FailedPrecondition for a log of another node or of another format; DataLoss
// for a damaged one; otherwise what the system said. All name the file and the
// mend.
absl::StatusOr<RecoveredLog> RecoverLog(Directory& directory,
                                        const LogIdentity& identity,
                                        uint64_t segment_bytes);

}  // namespace distdb

#endif  // DISTDB_NODE_LOG_RECOVERY_H_
