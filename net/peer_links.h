// PeerLinks: connects a node to all its peers, again whenever a link breaks,
// and carries messages.
//
// One TCP connection per pair of nodes: the node with the larger id dials, the
// smaller accepts. Both sides send a Handshake first; a link is up once the
// other's has arrived and agrees in protocol version, cluster, epoch and number
// of nodes. When a peer comes in again (it restarted before we noticed), the
// newest link wins. A lost link is dialled again after backoff_first, then
// after twice as long each time up to backoff_max, with jitter; a link on which
// nothing has arrived for idle_timeout is closed.
//
// Who a peer is, its channel proves: with TLS (net/tls), the key it holds, and
// a handshake that claims another node is refused. Without, its word is taken,
// which is for one machine alone. Keys may be exchanged while links are up.
//
// Where a peer is, the options say, or SetFound, or both; each address is tried
// in turn. To find peers (net/discovery) links carry address records, which are
// opaque here: SetRecords says what each peer is told when its link comes up,
// and Introduce exchanges records with a node that need be no neighbour in the
// order of dialling, and hangs up again.
//
// Strangers, connections that have not shaken hands, are few at once, in all
// and of one address, and have handshake_timeout to do it.
//
// Sending never blocks and never waits. Send queues; Flush, at the end of a
// loop turn, writes everything that the turn had for a peer in as few frames
// and writes as possible. A queue holds at most queue_bytes_max: beyond, and
// while a link is down, messages are dropped and counted. That is fine, because
// core resends from its state.
//
//   auto links = PeerLinks::Create(std::move(options), loop, observer);
//   loop->RunOnce(wait);                   // OnPeerUp, OnMessage, …
//   (*links)->Send(to, message);           // also from within a callback
//   (*links)->Flush();
//
// A peer that sends what cannot be decoded is cut off and counted. Reports are
// given at most once a minute per peer and kind of problem.
//
// Not thread-safe.

#ifndef DISTDB_NET_PEER_LINKS_H_
#define DISTDB_NET_PEER_LINKS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/peer_links_options.h"
#include "net/peer_stats.h"
#include "net/socket.h"
#include "net/tls/context.h"

namespace distdb {

// Told what happens on the links, from within RunOnce only (never from Send or
// Flush). Callbacks may call Send, and must not destroy the PeerLinks.
class PeerObserver {
 public:
  virtual ~PeerObserver() = default;
  virtual void OnPeerUp(NodeId peer) = 0;
  // Only after OnPeerUp.
  virtual void OnPeerDown(NodeId peer) = 0;
  virtual void OnMessage(NodeId from, Message message) = 0;
  // Records that `from`, who has proven who it is, passes on.
  virtual void OnRecords(NodeId from, std::vector<std::string> records) = 0;
  virtual void OnLinkReport(const LinkReport& report) = 0;
};

class PeerLinks {
 public:
  virtual ~PeerLinks() = default;

  // Begins to dial and to accept. `loop` and `observer` outlive the links.
  // InvalidArgument naming the option that is out of its range.
  static absl::StatusOr<std::unique_ptr<PeerLinks>> Create(
      PeerLinksOptions options, EventLoop* loop, PeerObserver* observer);

  // Queues `message` for each node of `to`, which must not contain self.
  // Requires a payload of at most kFramePayloadBytesMax.
  virtual void Send(NodeSet to, const Message& message) = 0;

  // Writes what is queued, as far as the sockets take it; the rest follows
  // from within RunOnce as they drain.
  virtual void Flush() = 0;

  // Where `peer` may be, too; if that is news and its link is down and ours to
  // dial, it is dialled at once.
  virtual void SetFound(NodeId peer,
                        const std::vector<Endpoint>& addresses) = 0;

  // What to say when a link comes up or introduces: at most kAddressRecordsMax
  // records, and none before the first call.
  virtual void SetRecords(std::vector<std::string> records) = 0;
  // Says it now to those of `to` that are up.
  virtual void TellRecords(NodeSet to,
                           const std::vector<std::string>& records) = 0;
  // Asks the node at `endpoint`, one of `expected`, for its records, and gives
  // it those set; a few at once, more are left out. Requires keys. From within
  // RunOnce only.
  virtual void Introduce(const Endpoint& endpoint, NodeSet expected) = 0;

  virtual PeerStats Stats(NodeId peer) const = 0;
  virtual LinkTotals Totals() const = 0;
  // Peers whose link is up.
  virtual NodeSet Up() const = 0;

  // The keys for connections from now on; those that are there stay. Requires
  // options with `tls`, and a context.
  virtual void SetTls(std::shared_ptr<const TlsContext> tls) = 0;
};

}  // namespace distdb

#endif  // DISTDB_NET_PEER_LINKS_H_
