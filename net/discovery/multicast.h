// Multicast: small datagrams to and from a group, for nodes that know no
// address of each other. IPv4, one hop far.
//
// What comes in may be anybody's and anything: at most kDatagramsAtOnce are
// taken up at once and kDatagramsPerSecond on average; the rest stays with the
// system, which drops it when its buffer is full.
//
// Not thread-safe.

#ifndef DISTDB_NET_DISCOVERY_MULTICAST_H_
#define DISTDB_NET_DISCOVERY_MULTICAST_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "net/event_loop.h"
#include "net/socket.h"
#include "net/token_bucket.h"
#include "net/unique_fd.h"

namespace distdb {

inline constexpr int kDatagramsAtOnce = 64;
inline constexpr int kDatagramsPerSecond = 250;

// Whether `host` is written as an IPv4 multicast address.
bool IsMulticast(const std::string& host);

class Multicast : public FdHandler {
 public:
  using Callback = std::function<void(absl::string_view datagram)>;

  // Joins `group` on each interface; at least one must let it. `loop` outlives
  // this, which `callback` must not destroy.
  static absl::StatusOr<std::unique_ptr<Multicast>> Create(
      const Endpoint& group, const std::vector<std::string>& interfaces,
      EventLoop* loop, Callback callback);
  ~Multicast() override;

  // To the group, on each interface. What cannot be sent is lost, as datagrams
  // are.
  void Send(absl::string_view datagram);

  void OnReady(Interest ready) override;

 private:
  Multicast(UniqueFd socket, const Endpoint& group, EventLoop* loop,
            Callback callback);

  absl::Status Join(const std::string& interface);
  void Pause();

  UniqueFd socket_;
  Endpoint group_;
  EventLoop* loop_;
  Callback callback_;
  std::vector<std::string> interfaces_;  // Those joined.
  TokenBucket budget_;
  TimerId resume_;
  bool is_waiting_ = false;  // In the loop.
};

}  // namespace distdb

#endif  // DISTDB_NET_DISCOVERY_MULTICAST_H_
