// Acceptor: takes the connections that arrive at a listening socket.
//
// At most `per_turn` in one turn of the loop; the others wait. When the
// process is out of descriptors it pauses for a moment, as the socket would
// otherwise be ready for ever.

#ifndef DISTDB_NET_ACCEPTOR_H_
#define DISTDB_NET_ACCEPTOR_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "net/event_loop.h"
#include "net/unique_fd.h"

namespace distdb {

inline constexpr int kAcceptsPerTurn = 64;

class Acceptor : public FdHandler {
 public:
  using Callback = std::function<void(UniqueFd connection)>;

  // `loop` outlives the acceptor, which `callback` must not destroy.
  static absl::StatusOr<std::unique_ptr<Acceptor>> Create(
      UniqueFd listener, EventLoop* loop, Callback callback,
      int per_turn = kAcceptsPerTurn);
  ~Acceptor() override;

  void OnReady(Interest ready) override;

 private:
  Acceptor(UniqueFd listener, EventLoop* loop, Callback callback, int per_turn)
      : listener_(std::move(listener)),
        loop_(loop),
        callback_(std::move(callback)),
        per_turn_(per_turn) {}

  void Pause();

  UniqueFd listener_;
  EventLoop* loop_;
  Callback callback_;
  int per_turn_;
  TimerId resume_;
};

}  // namespace distdb

#endif  // DISTDB_NET_ACCEPTOR_H_
