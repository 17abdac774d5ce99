#include "node/demo/interrupt_guard.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <functional>
#include <thread>
#include <utility>

namespace distdb {

InterruptGuard::InterruptGuard() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

InterruptGuard::~InterruptGuard() {
  Rest();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void InterruptGuard::Watch(std::function<void()> clean_up) {
  clean_up_ = std::move(clean_up);
  thread_ = std::thread([this] { Wait(); });
}

void InterruptGuard::Rest() {
  if (!thread_.joinable()) return;
  over_ = true;
  pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
}

void InterruptGuard::Wait() {
  int signal = 0;
  if (sigwait(&signals_, &signal) != 0 || over_) return;
  clean_up_();
  _exit(128 + signal);
}

}  // namespace distdb
