#include "node/signal_watch.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "net/event_loop.h"
#include "net/unique_fd.h"

namespace distdb {

absl::StatusOr<std::unique_ptr<SignalWatch>> SignalWatch::Create(
    EventLoop* loop) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  UniqueFd fd(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd.is_open()) {
    return absl::UnavailableError(
        absl::StrCat("cannot watch for signals: ", std::strerror(errno)));
  }
  std::unique_ptr<SignalWatch> watch(new SignalWatch(std::move(fd), loop));
  absl::Status added =
      loop->Add(watch->fd_.get(), Interest{true, false}, watch.get());
  if (!added.ok()) return added;
  return watch;
}

SignalWatch::SignalWatch(UniqueFd fd, EventLoop* loop)
    : fd_(std::move(fd)), loop_(loop) {}

SignalWatch::~SignalWatch() { loop_->Remove(fd_.get()); }

void SignalWatch::OnReady(Interest) {
  signalfd_siginfo signal;
  if (read(fd_.get(), &signal, sizeof(signal)) != sizeof(signal)) return;
  if (signal.ssi_signo == SIGHUP) {
    reload_ = true;
  } else {
    ++stops_;
  }
}

}  // namespace distdb
