// SignalWatch: SIGTERM and SIGINT as an event of the loop, so that a node ends
// between two turns and never within one.

#ifndef DISTDB_NODE_SIGNAL_WATCH_H_
#define DISTDB_NODE_SIGNAL_WATCH_H_

#include <memory>

#include "absl/status/statusor.h"
#include "net/event_loop.h"
#include "net/unique_fd.h"

namespace distdb {

class SignalWatch : private FdHandler {
 public:
  // Blocks the two signals for this thread. `loop` outlives the watch.
  static absl::StatusOr<std::unique_ptr<SignalWatch>> Create(EventLoop* loop);
  ~SignalWatch() override;

  // Whether one of them has come.
  bool stop() const { return stop_; }

 private:
  SignalWatch(UniqueFd fd, EventLoop* loop);
  void OnReady(Interest ready) override;

  UniqueFd fd_;
  EventLoop* loop_;
  bool stop_ = false;
};

}  // namespace distdb

#endif  // DISTDB_NODE_SIGNAL_WATCH_H_
