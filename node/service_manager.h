// ServiceManager: tells systemd how the node is doing, where systemd has
// started it (Type=notify, node/distdb.service). sd_notify(3) documents the
// protocol and asks programs that need no more than this to speak it
// themselves: a datagram to the socket that $NOTIFY_SOCKET names. Without that,
// nothing happens.
//
// Not thread-safe.

#ifndef DISTDB_NODE_SERVICE_MANAGER_H_
#define DISTDB_NODE_SERVICE_MANAGER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/event_loop.h"

namespace distdb {

class ServiceManager {
 public:
  // From the environment. `loop` outlives it.
  explicit ServiceManager(EventLoop* loop);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  // The node serves; from now on the watchdog, where there is one, is told in
  // time that the loop turns.
  void Ready(absl::string_view status);
  // The node is about to end.
  void Stopping(absl::string_view status);

 private:
  void Tell(absl::string_view state) const;
  void FeedWatchdog();

  EventLoop* loop_;
  std::string socket_;              // A path, or "@" and a name; empty: nobody.
  Duration watchdog_interval_ = 0;  // 0: there is none.
  TimerId watchdog_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_SERVICE_MANAGER_H_
