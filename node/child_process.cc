#include "node/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/types.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

constexpr int kExecFailed = 127;

// Between fork and exec: only calls that are safe there.
[[noreturn]] void BecomeChild(pid_t parent, char* const* words,
                              const ChildStreams& streams) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kExecFailed);  // It ended in between.
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(streams.in < 0 ? null : streams.in, STDIN_FILENO);
  dup2(streams.out < 0 ? null : streams.out, STDOUT_FILENO);
  dup2(streams.err < 0 ? null : streams.err, STDERR_FILENO);
  execv(words[0], words);
  _exit(kExecFailed);
}

}  // namespace

absl::StatusOr<ChildProcess> ChildProcess::Start(
    const std::vector<std::string>& words, const ChildStreams& streams) {
  std::vector<char*> pointers;
  for (const std::string& word : words) {
    pointers.push_back(const_cast<char*>(word.c_str()));
  }
  pointers.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot start ", words[0], ": ", std::strerror(errno)));
  }
  if (pid == 0) BecomeChild(parent, pointers.data(), streams);
  return ChildProcess(pid);
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0 || exit_.has_value()) return;
  Signal(SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::Signal(int signal) {
  if (pid_ >= 0 && !exit_.has_value()) kill(pid_, signal);
}

std::optional<ChildExit> ChildProcess::Poll() {
  if (exit_.has_value() || pid_ < 0) return exit_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == pid_) {
    exit_ = WIFSIGNALED(status) ? ChildExit{0, WTERMSIG(status)}
                                : ChildExit{WEXITSTATUS(status), 0};
  }
  return exit_;
}

std::optional<ChildExit> ChildProcess::Wait(Duration timeout) {
  if (exit_.has_value() || pid_ < 0) return exit_;
  const UniqueFd handle(
      static_cast<int>(syscall(SYS_pidfd_open, pid_, /*flags=*/0)));
  if (!handle.is_open()) return Poll();
  pollfd wait{handle.get(), POLLIN, 0};
  poll(&wait, 1, static_cast<int>(timeout / kMillisecond));
  return Poll();
}

std::string OwnPath() {
  std::error_code error;
  const std::filesystem::path path =
      std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "/proc/self/exe" : path.string();
}

}  // namespace distdb
