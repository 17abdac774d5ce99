#include "node/demo/interrupt_guard.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <functional>
#include <thread>
#include <utility>

namespace distdb {

InterruptGuard::InterruptGuard(std::function<void()> clean_up)
    : clean_up_(std::move(clean_up)) {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::thread([this] { Watch(); });
}

InterruptGuard::~InterruptGuard() {
  over_ = true;
  pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

void InterruptGuard::Watch() {
  int signal = 0;
  if (sigwait(&signals_, &signal) != 0 || over_) return;
  clean_up_();
  _exit(128 + signal);
}

}  // namespace distdb
