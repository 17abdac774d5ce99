// InterruptGuard: cleans up when the program is told to end (SIGINT, SIGTERM,
// SIGHUP), whatever it is doing at that moment, and ends it.
//
//   InterruptGuard guard;                    // from here on, signals wait
//   auto cluster = …;                        // what has to be cleaned up
//   guard.Watch([&] { cluster.Abandon(); });
//   …
//   guard.Rest();                            // before `cluster` is destroyed
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
  // Blocks the signals in this thread and in those that it starts later. One
  // that comes before Watch or after Rest waits.
  InterruptGuard();
  // Rests, and lets the signals through: one that waits ends the process.
  ~InterruptGuard();

  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  // When a signal comes, calls `clean_up` on another thread, and ends the
  // process with 128 + its number. Call it once.
  void Watch(std::function<void()> clean_up);

  // From here on, nothing is called any more.
  void Rest();

 private:
  void Wait();

  std::function<void()> clean_up_;
  sigset_t signals_;
  sigset_t before_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_DEMO_INTERRUPT_GUARD_H_
