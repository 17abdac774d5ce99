// InterruptGuard: cleans up when the program is told to end (SIGINT, SIGTERM,
// SIGHUP), whatever it is doing at that moment, and ends it.
//
// A thread waits for the signals, so that cleaning up may lock, wait and free.

#ifndef DISTDB_NODE_DEMO_INTERRUPT_GUARD_H_
#define DISTDB_NODE_DEMO_INTERRUPT_GUARD_H_

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

namespace distdb {

class InterruptGuard {
 public:
  // Blocks the signals in this thread and in those that it starts later. When
  // one comes, `clean_up` is called on another thread, and the process ends
  // with 128 + its number.
  explicit InterruptGuard(std::function<void()> clean_up);
  // From here on, nothing is called any more.
  ~InterruptGuard();

  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  void Watch();

  std::function<void()> clean_up_;
  sigset_t signals_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_DEMO_INTERRUPT_GUARD_H_
