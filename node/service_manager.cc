#include "node/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// How often the watchdog is fed: twice as often as it asks for. 0 where it is
// not for this process.
Duration WatchdogInterval() {
  int64_t microseconds = 0;
  int64_t pid = getpid();
  const std::string for_pid = Variable("WATCHDOG_PID");
  if (!for_pid.empty() && !absl::SimpleAtoi(for_pid, &pid)) return 0;
  if (pid != getpid() ||
      !absl::SimpleAtoi(Variable("WATCHDOG_USEC"), &microseconds)) {
    return 0;
  }
  return microseconds <= 0 ? 0 : microseconds * kMicrosecond / 2;
}

}  // namespace

ServiceManager::ServiceManager(EventLoop* loop)
    : loop_(loop), socket_(Variable("NOTIFY_SOCKET")) {
  if (!socket_.empty()) watchdog_interval_ = WatchdogInterval();
}

ServiceManager::~ServiceManager() { loop_->Cancel(watchdog_); }

void ServiceManager::Ready(absl::string_view status) {
  Tell(absl::StrCat("READY=1\nSTATUS=", status, "\nMAINPID=", getpid()));
  if (watchdog_interval_ > 0) FeedWatchdog();
}

void ServiceManager::Stopping(absl::string_view status) {
  Tell(absl::StrCat("STOPPING=1\nSTATUS=", status));
}

void ServiceManager::FeedWatchdog() {
  Tell("WATCHDOG=1");
  watchdog_ = loop_->AddTimer(EventLoop::ReadClock() + watchdog_interval_,
                              [this] { FeedWatchdog(); });
}

void ServiceManager::Tell(absl::string_view state) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof(address.sun_path)) return;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  // An abstract name begins with a zero and has no end but its length.
  if (socket_[0] == '@') address.sun_path[0] = '\0';
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const UniqueFd fd(
      socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // A manager that does not listen finds out by its own means.
  [[maybe_unused]] const ssize_t sent =
      sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace distdb
