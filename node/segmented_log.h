// SegmentedLog: the log of one node as files of a fixed size, so that a node
// that restarts has what it said, and what it no longer needs can be removed.
// The bytes are core/log's affair, the files' names log_recovery.h's.
//
// The directory is locked as long as a SegmentedLog lives, so that two
// processes never write one log.
//
// A loop turn adds any number of records, and then
//
//   log.Write(…)       one write, in one segment, which is begun if the last
//                      one has no room
//   log.BeginSync(…)   then Sync, on any thread, beside everything else here
//   log.EndSync()      when Sync has returned OK: what had been written before
//                      BeginSync is durable, and the mark says so before
//                      anybody is told
//
// A segment is begun only where room for a snapshot is left beside it, in
// reserve (log_reserve.h); that is given up for a snapshot which is to make
// room on a full disk.
//
// One sync at a time. After an error of any of these but ResourceExhausted the
// process must end: the kernel may have dropped what it was given, and a second
// call would lie.
//
// Not thread-safe, except Sync.

#ifndef DISTDB_NODE_SEGMENTED_LOG_H_
#define DISTDB_NODE_SEGMENTED_LOG_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/log/log_format.h"
#include "core/log/log_writer.h"
#include "core/log/sync_mark.h"
#include "core/record.h"
#include "core/types.h"
#include "node/directory.h"
#include "node/log_reserve.h"

namespace distdb {

struct RecoveredLog;

class SegmentedLog {
 public:
  // A log, opened, and what it held.
  struct Opened;

  // Opens the log in the folder `dir`, or creates both. A segment's file has
  // segment_bytes, or more where one write takes more. Errors are those of
  // LockDirectory and RecoverLog.
  static absl::StatusOr<Opened> Open(const std::string& dir,
                                     const LogIdentity& identity,
                                     uint64_t segment_bytes);
  static absl::StatusOr<Opened> Open(std::unique_ptr<Directory> directory,
                                     const LogIdentity& identity,
                                     uint64_t segment_bytes);

  // Appends to what the next Write writes. Requires record.token > last(); the
  // tokens of refused records are missing until the log is opened again, which
  // numbers its records from 1.
  void Add(const Record& record);

  // What is kept for a snapshot.
  struct Room {
    uint64_t snapshot_bytes = 0;  // So much it takes at most; 0: keep nothing.
    bool give_up = false;         // It is needed now.
  };

  // Writes what was added. ResourceExhausted when the disk took nothing of it:
  // the log is as before, and what was added is forgotten.
  absl::Status Write(const Room& room);
  absl::Status Write() { return Write(Room{}); }

  // Records with lower tokens are not needed any more. Whole segments of them
  // go with one of the next syncs.
  void Discard(Token before);

  // What the sync covers; with `mark` the mark, too. Requires that none is
  // under way.
  absl::Status BeginSync(bool mark);
  absl::Status Sync() const;
  absl::Status EndSync();

  // Whether BeginSync(true) would have something to do with no more records.
  bool HasUnsyncedMark() const;
  // Syncs all of it, so that the next start finds its end vouched for. Requires
  // that no sync is running; one whose EndSync has not come does not matter.
  absl::Status Close();

  // Reads a written record back. NotFound for a token that was never written or
  // has been discarded; DataLoss where the bytes no longer are what was
  // written.
  absl::StatusOr<Record> Load(Token token);

  // Whether there is something to write.
  bool has_pending() const { return !pending_.empty(); }
  // The first record that was added since the last Write.
  // Requires has_pending().
  Token first_pending() const { return frames_[written_frames_].token; }
  // The last record in the log or added; 0: none.
  Token last() const {
    return frames_.empty() ? Token(0) : frames_.back().token;
  }
  // Of the frames in the files.
  uint64_t bytes() const {
    return written_.position() - segments_.front().begin;
  }
  size_t segments() const { return segments_.size(); }
  uint64_t reserve_bytes() const { return reserve_.bytes(); }
  const std::string& path() const { return directory_->path(); }

 private:
  // Where a record's frame begins.
  struct Frame {
    Token token;
    uint64_t position;
  };
  struct Segment {
    uint64_t number;
    uint64_t begin;
  };
  struct SyncWork {
    uint64_t position = 0;  // What is durable when it is done.
    bool data = false;
    std::string name;  // That the last segment gets; empty: it has one.
    bool mark = false;
    std::vector<std::string> removals;
  };

  SegmentedLog(std::unique_ptr<Directory> directory, RecoveredLog recovered,
               uint64_t segment_bytes);

  // Of the last segment's file, what is written.
  uint64_t FileBytes() const;
  absl::Status TryWrite(const Room& room);
  absl::Status WriteToLast();
  absl::Status WriteToNew(const Room& room);
  // Of the reserve, when a snapshot of that size may come.
  uint64_t ReserveFor(uint64_t snapshot_bytes) const;
  absl::Status SetMark(uint64_t first, uint64_t synced);
  // Forgets what was added and not written.
  void DropPending();
  // Takes out of the lists what the mark no longer counts in; the files' names.
  std::vector<std::string> TakeDiscarded();

  std::unique_ptr<Directory> directory_;
  const LogIdentity identity_;
  const uint64_t segment_bytes_;
  LogReserve reserve_;
  std::deque<Segment> segments_;
  std::unique_ptr<File> file_;  // Of the last one.
  uint64_t file_size_;
  bool draft_ = false;  // It has not got its name yet.
  std::unique_ptr<File> mark_file_;
  SyncMarkWriter mark_;
  uint64_t first_needed_;  // Segments of lower numbers can go.

  std::deque<Frame> frames_;  // Ascending by token and by position.
  size_t written_frames_;
  // To go on after what is written, and after the pending frames.
  LogWriter written_;
  LogWriter writer_;
  std::string pending_;
  uint64_t synced_;
  SyncWork work_;

  // The older segment that was read from last.
  uint64_t loaded_ = 0;
  std::unique_ptr<File> loaded_file_;
};

struct SegmentedLog::Opened {
  std::unique_ptr<SegmentedLog> log;
  // Ascending by token, from 1.
  std::vector<Record> records;
  // Of a write that a crash cut short, and was never promised to anyone; and
  // the file from which they were cut.
  uint64_t torn_bytes = 0;
  std::string torn_file;
};

}  // namespace distdb

#endif  // DISTDB_NODE_SEGMENTED_LOG_H_
