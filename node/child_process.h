// ChildProcess: a process that we start and that never outlives us.
//
// The kernel kills it when our thread that started it ends, however that comes
// about (PR_SET_PDEATHSIG); so start children on the main thread. It is in a
// process group of its own: Ctrl-C in the terminal reaches us alone, and we
// decide.
//
// Not thread-safe.

#ifndef DISTDB_NODE_CHILD_PROCESS_H_
#define DISTDB_NODE_CHILD_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/types.h"

namespace distdb {

// Where a child's streams go; -1 is /dev/null. Stay the caller's.
struct ChildStreams {
  int in = -1;
  int out = -1;
  int err = -1;
};

// How a process ended.
struct ChildExit {
  int code = 0;    // When it exited.
  int signal = 0;  // When a signal ended it; else 0.

  friend bool operator==(const ChildExit&, const ChildExit&) = default;
};

class ChildProcess {
 public:
  // `words[0]` is the program's path.
  static absl::StatusOr<ChildProcess> Start(
      const std::vector<std::string>& words, const ChildStreams& streams);

  ChildProcess(ChildProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), exit_(other.exit_) {}
  ChildProcess& operator=(ChildProcess&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(exit_, other.exit_);
    return *this;
  }
  // Kills it, if it lives, and waits for its end.
  ~ChildProcess();

  pid_t pid() const { return pid_; }

  // Sends a signal; nothing when it has ended.
  void Signal(int signal);

  // How it ended, once it has; without waiting.
  std::optional<ChildExit> Poll();
  // Waits for its end, at most `timeout`.
  std::optional<ChildExit> Wait(Duration timeout);

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_ = -1;
  std::optional<ChildExit> exit_;
};

// The path of the binary that runs now, to start it again.
std::string OwnPath();

}  // namespace distdb

#endif  // DISTDB_NODE_CHILD_PROCESS_H_
