#include "net/peer_links.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/acceptor.h"
#include "net/backoff.h"
#include "net/codec/frame.h"
#include "net/event_loop.h"
#include "net/link.h"
#include "net/peer_stats.h"
#include "net/report_limiter.h"
#include "net/socket.h"
#include "net/strangers.h"
#include "net/stream.h"
#include "net/tls/context.h"
#include "net/tls/stream.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

// A TLS handshake takes half a millisecond of the loop: a flood of them must
// leave the peers that are up most of a turn.
constexpr int kStrangersPerTurn = 8;

std::string NameOf(NodeId node) {
  return absl::StrCat("node-", node.value() + 1);
}

class Mesh : public PeerLinks, public Link::Owner {
 public:
  Mesh(PeerLinksOptions options, EventLoop* loop, PeerObserver* observer)
      : options_(std::move(options)),
        link_options_{.queue_bytes_max = options_.queue_bytes_max,
                      .handshake_timeout = options_.handshake_timeout,
                      .ping_interval = options_.ping_interval,
                      .idle_timeout = options_.idle_timeout,
                      .frame_timeout = options_.frame_timeout},
        handshake_{.cluster_id = options_.cluster_id,
                   .node = options_.self,
                   .epoch = options_.epoch,
                   .nodes = static_cast<uint32_t>(options_.peers.size())},
        loop_(loop),
        observer_(observer),
        limiter_(options_.report_interval),
        strangers_(kStrangersMax, options_.strangers_per_address_max) {
    for (size_t i = 0; i < options_.peers.size(); ++i) {
      peers_.emplace_back(Backoff(options_.backoff_first, options_.backoff_max,
                                  options_.seed + i));
      peers_.back().stats.since = loop_->now();
    }
  }

  ~Mesh() override {
    for (Peer& peer : peers_) loop_->Cancel(peer.redial);
  }

  absl::Status Start();

  void Send(NodeSet to, const Message& message) override;
  void Flush() override;
  PeerStats Stats(NodeId peer) const override;
  LinkTotals Totals() const override;
  NodeSet Up() const override { return up_; }
  void SetTls(std::shared_ptr<const TlsContext> tls) override;

 private:
  struct Peer {
    explicit Peer(Backoff waits) : backoff(waits) {}

    // Up, or being dialled; null while waiting for the next try.
    std::unique_ptr<Link> link;
    Backoff backoff;
    TimerId redial;
    PeerStats stats;
  };

  Peer& PeerOf(NodeId node) { return peers_[node.value()]; }
  // The peer whose link this is; none for a stranger's.
  std::optional<NodeId> FindPeer(const Link* link) const;

  void Dial(NodeId node);
  void DialLater(NodeId node);
  void AcceptStranger(UniqueFd socket);
  // Makes and starts a link to one of the nodes `expected`.
  absl::StatusOr<std::unique_ptr<Link>> StartLink(UniqueFd socket, TlsSide side,
                                                  NodeSet expected);

  absl::Status CheckHandshake(const Link* link, const Handshake& theirs) const;
  absl::Status OnHandshake(Link* link, const Handshake& theirs) override;
  void OnMessages(Link* link, MessageBatch batch) override;
  void OnBroken(Link* link, const Link::Failure& failure) override;

  void BecomeUp(NodeId node);
  void BecomeDown(NodeId node);
  // Counts it, and tells the observer unless it was told a moment ago.
  void Report(std::optional<NodeId> peer, LinkProblem problem,
              absl::string_view what);

  PeerLinksOptions options_;
  LinkOptions link_options_;
  Handshake handshake_;
  EventLoop* loop_;
  PeerObserver* observer_;
  ReportLimiter limiter_;
  std::vector<Peer> peers_;
  NodeSet up_;
  std::string encoded_;  // Scratch of Send.
  Strangers strangers_;
  LinkTotals totals_;
  std::unique_ptr<Acceptor> acceptor_;
};

absl::Status Mesh::Start() {
  absl::StatusOr<std::unique_ptr<Acceptor>> acceptor = Acceptor::Create(
      std::move(options_.listener), loop_,
      [this](UniqueFd socket) { AcceptStranger(std::move(socket)); },
      kStrangersPerTurn);
  if (!acceptor.ok()) return acceptor.status();
  acceptor_ = *std::move(acceptor);
  // From within the loop, where the observer may be told.
  for (NodeId node; node < options_.self; ++node) {
    PeerOf(node).redial =
        loop_->AddTimer(Time(0), [this, node] { Dial(node); });
  }
  return absl::OkStatus();
}

void Mesh::Send(NodeSet to, const Message& message) {
  DISTDB_CHECK(!to.Contains(options_.self), "no node sends to itself");
  encoded_.clear();
  AppendMessage(message, encoded_);
  for (const NodeId node : to) {
    Peer& peer = PeerOf(node);
    if (!up_.Contains(node)) {
      ++peer.stats.dropped_down;
    } else if (peer.link->Queue(encoded_)) {
      ++peer.stats.messages_out;
    } else {
      ++peer.stats.dropped_full;
    }
  }
}

void Mesh::Flush() {
  for (Peer& peer : peers_) {
    if (peer.link != nullptr) peer.link->Flush();
  }
  strangers_.Flush();
}

PeerStats Mesh::Stats(NodeId node) const {
  const Peer& peer = peers_[node.value()];
  PeerStats stats = peer.stats;
  stats.up = up_.Contains(node);
  if (peer.link != nullptr) stats.queued_bytes = peer.link->queued_bytes();
  return stats;
}

LinkTotals Mesh::Totals() const {
  LinkTotals totals = totals_;
  totals.strangers = strangers_.size();
  return totals;
}

void Mesh::SetTls(std::shared_ptr<const TlsContext> tls) {
  DISTDB_CHECK(tls != nullptr && options_.tls != nullptr,
               "links that are secured stay so");
  options_.tls = std::move(tls);
}

std::optional<NodeId> Mesh::FindPeer(const Link* link) const {
  for (NodeId node; node.value() < peers_.size(); ++node) {
    if (peers_[node.value()].link.get() == link) return node;
  }
  return std::nullopt;
}

void Mesh::Dial(NodeId node) {
  Peer& peer = PeerOf(node);
  const Endpoint& endpoint = options_.peers[node.value()];
  absl::StatusOr<UniqueFd> socket = StartConnect(endpoint);
  absl::Status status = socket.status();
  if (status.ok()) {
    absl::StatusOr<std::unique_ptr<Link>> link =
        StartLink(*std::move(socket), TlsSide::kDials, NodeSet::Of(node));
    status = link.status();
    if (status.ok()) {
      peer.link = *std::move(link);
      peer.link->CountInto(&peer.stats);
      return;
    }
  }
  Report(node, LinkProblem::kUnreachable,
         absl::StrCat("cannot connect to ", NameOf(node), " at ",
                      ToString(endpoint), ": ", status.message()));
  DialLater(node);
}

void Mesh::DialLater(NodeId node) {
  Peer& peer = PeerOf(node);
  peer.redial = loop_->AddTimer(loop_->now() + peer.backoff.Next(),
                                [this, node] { Dial(node); });
}

void Mesh::AcceptStranger(UniqueFd socket) {
  const absl::StatusOr<std::string> address = PeerHost(socket);
  if (!address.ok()) return;  // Gone already.
  if (!strangers_.HasRoom(*address)) {
    return Report(
        std::nullopt, LinkProblem::kTooMany,
        absl::StrCat("too many connections at the peers' port have not shaken "
                     "hands (",
                     strangers_.size(), " of ", kStrangersMax, ", at most ",
                     options_.strangers_per_address_max,
                     " of one address): the newest, from ", *address,
                     ", is closed"));
  }
  // Who dials has the larger id.
  const int n = static_cast<int>(peers_.size());
  const int self = static_cast<int>(options_.self.value());
  const NodeSet expected(NodeSet::FirstN(n).bits() &
                         ~NodeSet::FirstN(self + 1).bits());
  absl::StatusOr<std::unique_ptr<Link>> link =
      StartLink(std::move(socket), TlsSide::kAccepts, expected);
  if (link.ok()) strangers_.Add(*address, *std::move(link));
}

absl::StatusOr<std::unique_ptr<Link>> Mesh::StartLink(UniqueFd socket,
                                                      TlsSide side,
                                                      NodeSet expected) {
  std::unique_ptr<Stream> stream;
  if (options_.tls == nullptr) {
    stream = std::make_unique<PlainStream>(std::move(socket));
  } else {
    absl::StatusOr<std::unique_ptr<Stream>> secured =
        NewTlsStream(std::move(socket), side, expected, options_.tls);
    if (!secured.ok()) return secured.status();
    stream = *std::move(secured);
  }
  auto link = std::make_unique<Link>(std::move(stream), side == TlsSide::kDials,
                                     handshake_, link_options_, loop_, this);
  const absl::Status started = link->Start();
  if (!started.ok()) return started;
  return link;
}

absl::Status Mesh::CheckHandshake(const Link* link,
                                  const Handshake& theirs) const {
  const auto differs = [](absl::string_view what, auto a, auto b) {
    return absl::FailedPreconditionError(
        absl::StrCat(what, " ", a, " there and ", b, " here"));
  };
  const Handshake& ours = handshake_;
  if (theirs.protocol_version != ours.protocol_version) {
    return differs("protocol version", theirs.protocol_version,
                   ours.protocol_version);
  }
  if (theirs.cluster_id != ours.cluster_id) {
    return differs("cluster", absl::CEscape(theirs.cluster_id),
                   absl::CEscape(ours.cluster_id));
  }
  if (theirs.epoch != ours.epoch) {
    return differs("epoch", theirs.epoch.value(), ours.epoch.value());
  }
  if (theirs.nodes != ours.nodes) {
    return differs("number of nodes", theirs.nodes, ours.nodes);
  }
  const std::optional<NodeId> dialled = FindPeer(link);
  if (dialled.has_value() && theirs.node != *dialled) {
    return differs("name", NameOf(theirs.node), NameOf(*dialled));
  }
  const std::optional<NodeId> proven = link->proven_peer();
  if (proven.has_value() && theirs.node != *proven) {
    return absl::FailedPreconditionError(
        absl::StrCat(NameOf(*proven), " calls itself ", NameOf(theirs.node)));
  }
  // Who dials has the larger id, and nobody has ours.
  if (!dialled.has_value() &&
      (theirs.node <= ours.node || theirs.node.value() >= ours.nodes)) {
    return absl::FailedPreconditionError(
        absl::StrCat(NameOf(theirs.node), " does not dial ", NameOf(ours.node),
                     " in a cluster of ", ours.nodes));
  }
  return absl::OkStatus();
}

absl::Status Mesh::OnHandshake(Link* link, const Handshake& theirs) {
  const absl::Status agreed = CheckHandshake(link, theirs);
  if (!agreed.ok()) return agreed;
  const NodeId node = theirs.node;
  Peer& peer = PeerOf(node);
  if (peer.link.get() != link) {
    // The newest wins: the peer knows better than we that the old one is dead.
    if (up_.Contains(node)) BecomeDown(node);
    peer.link = strangers_.Take(link);
    peer.link->CountInto(&peer.stats);
  }
  BecomeUp(node);
  return absl::OkStatus();
}

void Mesh::OnMessages(Link* link, MessageBatch batch) {
  const std::optional<NodeId> node = FindPeer(link);
  DISTDB_CHECK(node.has_value(), "only a peer that is up sends messages");
  for (Message& message : batch.messages) {
    observer_->OnMessage(*node, std::move(message));
  }
}

void Mesh::OnBroken(Link* link, const Link::Failure& failure) {
  const std::optional<NodeId> node = FindPeer(link);
  if (!node.has_value()) {
    const std::string address = strangers_.AddressOf(link);
    strangers_.Take(link).reset();
    return Report(std::nullopt, failure.problem,
                  absl::StrCat("a connection from ", address,
                               " at the peers' port: ", failure.what));
  }
  Peer& peer = PeerOf(*node);
  peer.link.reset();
  if (failure.problem == LinkProblem::kMalformed) ++peer.stats.malformed;
  const bool was_up = up_.Contains(*node);
  if (was_up) {
    // A link that comes up only to break at once is not dialled at full speed.
    if (loop_->now() - peer.stats.since >= options_.backoff_max) {
      peer.backoff.Reset();
    }
    BecomeDown(*node);
  }
  Report(*node, failure.problem,
         absl::StrCat(was_up ? "the link to " : "no link to ", NameOf(*node),
                      " at ", ToString(options_.peers[node->value()]), ": ",
                      failure.what));
  if (*node < options_.self) DialLater(*node);
}

void Mesh::BecomeUp(NodeId node) {
  up_.Insert(node);
  Peer& peer = PeerOf(node);
  peer.stats.since = loop_->now();
  ++peer.stats.connects;
  observer_->OnPeerUp(node);
}

void Mesh::BecomeDown(NodeId node) {
  up_.Erase(node);
  PeerOf(node).stats.since = loop_->now();
  observer_->OnPeerDown(node);
}

void Mesh::Report(std::optional<NodeId> peer, LinkProblem problem,
                  absl::string_view what) {
  ++totals_.ended[static_cast<size_t>(problem)];
  // A connection that says nothing wrong and goes again (a port scan, a health
  // check) is not worth a line.
  if (!peer.has_value() && problem == LinkProblem::kClosed) return;
  const std::optional<uint64_t> left_out =
      limiter_.Pass(peer, problem, loop_->now());
  if (!left_out.has_value()) return;
  observer_->OnLinkReport({.problem = problem,
                           .peer = peer,
                           .what = std::string(what),
                           .left_out = *left_out});
}

}  // namespace

absl::StatusOr<std::unique_ptr<PeerLinks>> PeerLinks::Create(
    PeerLinksOptions options, EventLoop* loop, PeerObserver* observer) {
  const absl::Status valid = CheckOptions(options);
  if (!valid.ok()) return valid;
  auto mesh = std::make_unique<Mesh>(std::move(options), loop, observer);
  const absl::Status started = mesh->Start();
  if (!started.ok()) return started;
  return mesh;
}

}  // namespace distdb
