// LogReserve: room on the disk that a log keeps for the next snapshot, so that
// a node whose disk is full can still write the one that lets it cut its log.
//
//   DIR/log.reserve   a file that is only there for the room that it takes
//
// Nothing in it is read, so that it needs no sync, and what a crash leaves of
// it is taken over. Where the system cannot set room aside (File::Reserve), it
// is of no use, and does no harm.
//
// Not thread-safe.

#ifndef DISTDB_NODE_LOG_RESERVE_H_
#define DISTDB_NODE_LOG_RESERVE_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "node/directory.h"

namespace distdb {

inline constexpr char kReserveName[] = "log.reserve";

class LogReserve {
 public:
  // `directory` outlives it.
  explicit LogReserve(Directory* directory) : directory_(directory) {}

  // Takes over the file of an earlier life, if there is one.
  absl::Status Open();

  // Makes it as large as that, or smaller where it is larger. ResourceExhausted
  // when there is no room: then it is as it was.
  absl::Status Keep(uint64_t bytes);

  // Gives so much of it back to the disk, or what there is: false, when there
  // is nothing.
  absl::StatusOr<bool> GiveUp(uint64_t bytes);

  uint64_t bytes() const { return bytes_; }

 private:
  Directory* directory_;
  std::unique_ptr<File> file_;  // Null: there is none yet.
  uint64_t bytes_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_NODE_LOG_RESERVE_H_
