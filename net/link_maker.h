// LinkMaker: makes the links of one node, with its handshake, its limits and
// the keys that it has at the moment.

#ifndef DISTDB_NET_LINK_MAKER_H_
#define DISTDB_NET_LINK_MAKER_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "core/node_set.h"
#include "net/codec/frame.h"
#include "net/event_loop.h"
#include "net/link.h"
#include "net/peer_links_options.h"
#include "net/socket.h"
#include "net/tls/context.h"
#include "net/unique_fd.h"

namespace distdb {

class LinkMaker {
 public:
  // `loop` and `owner` outlive the links.
  LinkMaker(const PeerLinksOptions& options, EventLoop* loop,
            Link::Owner* owner);

  const Handshake& handshake() const { return handshake_; }
  bool secured() const { return tls_ != nullptr; }
  void SetTls(std::shared_ptr<const TlsContext> tls) { tls_ = std::move(tls); }

  // A link that has been started, to one of the nodes `expected`; one of them
  // has come in, or is dialled. An error when the system refuses.
  absl::StatusOr<std::unique_ptr<Link>> Accept(UniqueFd socket,
                                               NodeSet expected);
  absl::StatusOr<std::unique_ptr<Link>> Dial(const Endpoint& endpoint,
                                             NodeSet expected, bool introduces);

 private:
  absl::StatusOr<std::unique_ptr<Link>> Start(UniqueFd socket, bool dials,
                                              NodeSet expected,
                                              const Handshake& handshake);

  LinkOptions options_;
  Handshake handshake_;
  std::shared_ptr<const TlsContext> tls_;
  EventLoop* loop_;
  Link::Owner* owner_;
};

}  // namespace distdb

#endif  // DISTDB_NET_LINK_MAKER_H_
