// LogFile: the log of one node as one file, so that a node that restarts has
// what it said. The bytes are core/log's affair; this adds the file.
//
//   DIR/log        the log
//   DIR/log.new    a log that was being created; never read
//
// The directory is locked as long as a LogFile lives (flock), so that two
// processes never write one log.
//
// A loop turn adds any number of records, then calls Write once and Sync once;
// what was written is durable when Sync has returned OK. The file grows for
// ever: segments that can be dropped come with snapshots.
//
// Not thread-safe, except Sync.

#ifndef DISTDB_NODE_LOG_FILE_H_
#define DISTDB_NODE_LOG_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/log/log_format.h"
#include "core/record.h"
#include "core/types.h"
#include "net/unique_fd.h"

namespace distdb {

class LogFile {
 public:
  // A log, opened, and what it held.
  struct Opened;

  // Opens the log in `dir`, or creates both. A torn tail is cut from the file,
  // and what is left is synced: a process that was killed may not have come to
  // that.
  // FailedPrecondition when another process holds the directory or the log
  // belongs to another node; DataLoss for a damaged log; otherwise what the
  // system said. All name the file and the mend.
  static absl::StatusOr<Opened> Open(const std::string& dir,
                                     const LogIdentity& identity);

  // Appends to what the next Write writes. Requires record.token > last(); the
  // tokens of refused records are missing until the log is opened again, which
  // numbers its records from 1.
  void Add(const Record& record);

  // Writes what was added, with one system call. ResourceExhausted when the
  // disk took nothing of it: the file is as before, and what was added is
  // forgotten. Any other error: the file's end is unknown, and the process must
  // end.
  absl::Status Write();

  // Makes durable what has been written before the call. May run on another
  // thread, beside everything else. After an error the process must end: the
  // kernel may have dropped the pages, and a second call would lie.
  absl::Status Sync() const;

  // The first `bytes` of the file are durable: what bytes() was before a Sync
  // that has returned OK. Later records vouch for it.
  void MarkSynced(uint64_t bytes);

  // Reads a written record back. NotFound for a token that was never written;
  // DataLoss where the bytes no longer are what was written.
  absl::StatusOr<Record> Load(Token token) const;

  // Whether there is something to write.
  bool has_pending() const { return !pending_.empty(); }
  // The first record that was added since the last Write.
  // Requires has_pending().
  Token first_pending() const { return frames_[written_frames_].token; }
  // The last record in the file or added; 0: none.
  Token last() const {
    return frames_.empty() ? Token(0) : frames_.back().token;
  }
  // Bytes of the file.
  uint64_t bytes() const { return written_bytes_; }
  const std::string& path() const { return path_; }

 private:
  // Where a record's frame begins.
  struct Frame {
    Token token;
    uint64_t offset;
  };

  LogFile(std::string path, UniqueFd directory, UniqueFd file,
          const LogContents& contents);

  // Forgets what was added and not written.
  void DropPending();

  std::string path_;
  LogIdentity identity_;
  UniqueFd directory_;  // Holds the lock.
  UniqueFd file_;
  std::vector<Frame> frames_;  // Ascending by token and by offset.
  size_t written_frames_;
  uint64_t written_bytes_;
  // To go on after the written prefix, and after the pending frames.
  LogEncoder written_encoder_;
  LogEncoder encoder_;
  std::string pending_;
};

struct LogFile::Opened {
  std::unique_ptr<LogFile> log;
  // Ascending by token, from 1.
  std::vector<Record> records;
  // Of a write that a crash cut short: never promised to anyone.
  uint64_t torn_bytes = 0;
};

}  // namespace distdb

#endif  // DISTDB_NODE_LOG_FILE_H_
