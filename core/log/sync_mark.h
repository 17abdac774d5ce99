// The mark: a small file beside the log that says up to where the log is known
// to be on disk, and which segment is its first. It is written after the sync
// that it tells of, so that damage to the last commit, for which no later frame
// vouches, is not taken for a torn tail, nor a file that is cut short or gone.
//
//   mark    = slot zero* slot                  the second slot at byte 4096
//   slot    = magic format cluster node epoch version first synced crc
//                                                                   56 bytes
//   magic   = "distdbmk"                                             8 bytes
//   format … epoch       as in log_format.h
//   version = 8 bytes    the slot with the larger one counts
//   first   = 8 bytes    segments of lower numbers are no part of the log
//   synced  = 8 bytes    up to which position the log was on disk
//   crc     = 4 bytes    of the 52 bytes before
//
// It may lag behind: what it says was true when it was written, and stays true.
// It is never written over a slot that is the only one known to be on disk, so
// a crash leaves at least one that holds.

#ifndef DISTDB_CORE_LOG_SYNC_MARK_H_
#define DISTDB_CORE_LOG_SYNC_MARK_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/log/log_format.h"

namespace distdb {

inline constexpr size_t kSyncMarkBytes = 8192;

struct SyncMark {
  LogIdentity identity;
  uint64_t version = 0;
  uint64_t first = 1;
  uint64_t synced = 0;
  size_t slot = 0;  // Which of the two it stands in.
};

// The file of a new log.
std::string EncodeSyncMark(const LogIdentity& identity);

// The slot that counts. DataLoss where none holds, InvalidArgument for bytes
// that are no mark of this format.
absl::StatusOr<SyncMark> DecodeSyncMark(absl::string_view bytes);

// Says which bytes of the file to write. Nothing may be written while a sync of
// the file is under way.
class SyncMarkWriter {
 public:
  // The file is on disk as it was when `mark` was decoded.
  explicit SyncMarkWriter(const SyncMark& mark) : mark_(mark), durable_(mark) {}

  struct Update {
    uint64_t offset = 0;
    std::string bytes;
  };
  // Requires that neither number is less than before.
  Update Write(uint64_t first, uint64_t synced);

  // What was written last, whether or not it is on disk.
  const SyncMark& mark() const { return mark_; }
  bool HasUnsynced() const { return mark_.version > durable_.version; }

  // A sync of all that was written is done.
  void MarkSynced() { durable_ = mark_; }

 private:
  SyncMark mark_;
  SyncMark durable_;
};

}  // namespace distdb

#endif  // DISTDB_CORE_LOG_SYNC_MARK_H_
