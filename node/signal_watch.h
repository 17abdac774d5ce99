// SignalWatch: SIGTERM, SIGINT and SIGHUP as events of the loop, so that a node
// ends, or reads its keys again, between two turns and never within one.

#ifndef DISTDB_NODE_SIGNAL_WATCH_H_
#define DISTDB_NODE_SIGNAL_WATCH_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "net/event_loop.h"
#include "net/unique_fd.h"

namespace distdb {

class SignalWatch : private FdHandler {
 public:
  // Blocks the three signals for this thread. `loop` outlives the watch.
  static absl::StatusOr<std::unique_ptr<SignalWatch>> Create(EventLoop* loop);
  ~SignalWatch() override;

  // How often SIGTERM or SIGINT has come.
  int stops() const { return stops_; }
  // Whether SIGHUP has come since this was last asked.
  bool TakeReload() { return std::exchange(reload_, false); }

 private:
  SignalWatch(UniqueFd fd, EventLoop* loop);
  void OnReady(Interest ready) override;

  UniqueFd fd_;
  EventLoop* loop_;
  int stops_ = 0;
  bool reload_ = false;
};

}  // namespace distdb

#endif  // DISTDB_NODE_SIGNAL_WATCH_H_
