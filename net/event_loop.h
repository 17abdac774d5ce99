// EventLoop: waits for sockets and timers on one thread, and calls who waits.
//
// One turn is one RunOnce:
//   1. wait until a descriptor is ready, a timer is due, something was posted,
//      or `max_wait` has passed; read the clock once (`now` for the whole turn)
//   2. call the handlers of what is ready
//   3. call the timers that are due, by (deadline, order of adding)
//   4. call what was posted
// and then RunOnce returns. What must happen after all of a turn's input (step
// the replica's Tick, write the records, sync, flush the links) is simply the
// caller's code after RunOnce:
//
//   while (!stop) {
//     loop->RunOnce(wait);
//     driver.FinishTurn();   // Tick, write, fdatasync, send, reply
//     links->Flush();
//     clients->Flush();
//   }
//
// Level-triggered: a handler may leave bytes unread and is called again in the
// next turn, so that none can starve the others.
//
// During a turn any callback may add, change or remove any descriptor or timer,
// its own included:
//   - after Remove(fd) the handler is not called again, also when its event of
//     this turn had already been fetched, and also when the number is used
//     again for a new descriptor within the turn; it may be destroyed;
//   - after Cancel the timer does not fire;
//   - what is added in a turn is first called in the next.
//
// Not thread-safe, except Post.

#ifndef DISTDB_NET_EVENT_LOOP_H_
#define DISTDB_NET_EVENT_LOOP_H_

#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/types.h"
#include "net/unique_fd.h"

namespace distdb {

// What a handler waits for. Errors and hang-ups are always reported, as both.
struct Interest {
  bool read = false;
  bool write = false;

  friend bool operator==(Interest, Interest) = default;
};

class FdHandler {
 public:
  virtual ~FdHandler() = default;
  // At least one of the two is set.
  virtual void OnReady(Interest ready) = 0;
};

// Names a timer; default-constructed, none.
struct TimerId {
  Time deadline;
  uint64_t number = 0;

  friend constexpr auto operator<=>(const TimerId&, const TimerId&) = default;
};

class EventLoop {
 public:
  // An error when the system has no descriptors left.
  static absl::StatusOr<std::unique_ptr<EventLoop>> Create();

  // `fd` and `handler` stay the caller's and must outlive the registration.
  absl::Status Add(int fd, Interest interest, FdHandler* handler);
  void Modify(int fd, Interest interest);
  // Call before closing the descriptor.
  void Remove(int fd);

  // Calls `callback` once, in the first turn at or after `deadline`.
  TimerId AddTimer(Time deadline, std::function<void()> callback);
  // Nothing happens when it has fired already, or is none.
  void Cancel(TimerId timer);

  // Calls `callback` in the next turn, on the loop's thread, and ends a wait.
  // Thread-safe. The number waiting is the callers' to bound.
  void Post(std::function<void()> callback);

  // Waits at most `max_wait` (negative: as long as it takes; 0: not at all).
  void RunOnce(Duration max_wait);

  // The monotonic clock, as of the beginning of this turn.
  Time now() const { return now_; }
  // The monotonic clock itself.
  static Time ReadClock();

 private:
  struct Registration {
    FdHandler* handler = nullptr;  // Null: not registered.
    Interest interest;
    // Tells apart registrations of one descriptor number.
    uint32_t generation = 0;
  };

  EventLoop(UniqueFd epoll, UniqueFd wake);

  int WaitMillis(Duration max_wait) const;
  void Dispatch(const epoll_event& event);
  void RunTimers();
  void RunPosted();

  UniqueFd epoll_;
  UniqueFd wake_;
  Time now_;
  std::vector<Registration> registrations_;  // By descriptor.
  uint32_t next_generation_ = 1;
  std::vector<epoll_event> ready_;
  std::map<TimerId, std::function<void()>> timers_;
  uint64_t next_timer_ = 1;
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace distdb

#endif  // DISTDB_NET_EVENT_LOOP_H_
