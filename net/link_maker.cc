#include "net/link_maker.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/node_set.h"
#include "net/codec/frame.h"
#include "net/event_loop.h"
#include "net/link.h"
#include "net/peer_links_options.h"
#include "net/socket.h"
#include "net/stream.h"
#include "net/tls/stream.h"
#include "net/unique_fd.h"

namespace distdb {

LinkMaker::LinkMaker(const PeerLinksOptions& options, EventLoop* loop,
                     Link::Owner* owner)
    : options_{.queue_bytes_max = options.queue_bytes_max,
               .handshake_timeout = options.handshake_timeout,
               .ping_interval = options.ping_interval,
               .idle_timeout = options.idle_timeout,
               .frame_timeout = options.frame_timeout},
      handshake_{.cluster_id = options.cluster_id,
                 .node = options.self,
                 .epoch = options.epoch,
                 .nodes = static_cast<uint32_t>(options.peers.size())},
      tls_(options.tls),
      loop_(loop),
      owner_(owner) {}

absl::StatusOr<std::unique_ptr<Link>> LinkMaker::Accept(UniqueFd socket,
                                                        NodeSet expected) {
  return Start(std::move(socket), /*dials=*/false, expected, handshake_);
}

absl::StatusOr<std::unique_ptr<Link>> LinkMaker::Dial(const Endpoint& endpoint,
                                                      NodeSet expected,
                                                      bool introduces) {
  absl::StatusOr<UniqueFd> socket = StartConnect(endpoint);
  if (!socket.ok()) return socket.status();
  Handshake handshake = handshake_;
  handshake.introduction = introduces;
  return Start(*std::move(socket), /*dials=*/true, expected, handshake);
}

absl::StatusOr<std::unique_ptr<Link>> LinkMaker::Start(
    UniqueFd socket, bool dials, NodeSet expected, const Handshake& handshake) {
  std::unique_ptr<Stream> stream;
  if (tls_ == nullptr) {
    stream = std::make_unique<PlainStream>(std::move(socket));
  } else {
    absl::StatusOr<std::unique_ptr<Stream>> secured = NewTlsStream(
        std::move(socket), dials ? TlsSide::kDials : TlsSide::kAccepts,
        expected, tls_);
    if (!secured.ok()) return secured.status();
    stream = *std::move(secured);
  }
  auto link = std::make_unique<Link>(std::move(stream), dials, handshake,
                                     options_, loop_, owner_);
  const absl::Status started = link->Start();
  if (!started.ok()) return started;
  return link;
}

}  // namespace distdb
