#include "net/peer_links.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/acceptor.h"
#include "net/backoff.h"
#include "net/codec/frame.h"
#include "net/dial_addresses.h"
#include "net/event_loop.h"
#include "net/handshake_check.h"
#include "net/link.h"
#include "net/link_maker.h"
#include "net/peer_stats.h"
#include "net/report_limiter.h"
#include "net/socket.h"
#include "net/strangers.h"
#include "net/tls/context.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

// A TLS handshake takes half a millisecond of the loop: a flood of them must
// leave the peers that are up most of a turn.
constexpr int kStrangersPerTurn = 8;

// Introductions that we have asked for and that are under way.
constexpr size_t kIntroductionsMax = 8;

std::string NameOf(NodeId node) {
  return absl::StrCat("node-", node.value() + 1);
}

class Mesh : public PeerLinks, public Link::Owner {
 public:
  Mesh(PeerLinksOptions options, EventLoop* loop, PeerObserver* observer)
      : options_(std::move(options)),
        maker_(options_, loop, this),
        loop_(loop),
        observer_(observer),
        limiter_(options_.report_interval),
        strangers_(kStrangersMax, options_.strangers_per_address_max),
        introductions_(kIntroductionsMax, 1) {
    for (size_t i = 0; i < options_.peers.size(); ++i) {
      peers_.emplace_back(Backoff(options_.backoff_first, options_.backoff_max,
                                  options_.seed + i),
                          options_.peers[i]);
      peers_.back().stats.since = loop_->now();
    }
  }

  ~Mesh() override {
    for (Peer& peer : peers_) loop_->Cancel(peer.redial);
  }

  absl::Status Start();

  void Send(NodeSet to, const Message& message) override;
  void Flush() override;
  void SetFound(NodeId node, const std::vector<Endpoint>& addresses) override;
  void SetRecords(std::vector<std::string> records) override {
    records_.records = std::move(records);
  }
  void TellRecords(NodeSet to,
                   const std::vector<std::string>& records) override;
  void Introduce(const Endpoint& endpoint, NodeSet expected) override;
  PeerStats Stats(NodeId peer) const override;
  LinkTotals Totals() const override;
  NodeSet Up() const override { return up_; }
  void SetTls(std::shared_ptr<const TlsContext> tls) override;

 private:
  struct Peer {
    Peer(Backoff waits, const Endpoint& configured)
        : backoff(waits), addresses(configured) {}

    // Up, or being dialled; null while waiting for the next try.
    std::unique_ptr<Link> link;
    Backoff backoff;
    DialAddresses addresses;
    TimerId redial;
    PeerStats stats;
  };

  Peer& PeerOf(NodeId node) { return peers_[node.value()]; }
  // The peer whose link this is; none for a stranger's.
  std::optional<NodeId> FindPeer(const Link* link) const;

  void Dial(NodeId node);
  void DialLater(NodeId node);
  void AcceptStranger(UniqueFd socket);
  NodeSet Others() const {
    return NodeSet::FirstN(static_cast<int>(peers_.size()))
        .Without(options_.self);
  }

  absl::Status OnHandshake(Link* link, const Handshake& theirs) override;
  void OnMessages(Link* link, MessageBatch batch) override;
  bool OnRecords(Link* link, AddressRecords records) override;
  void OnBroken(Link* link, const Link::Failure& failure) override;

  void OnStrangerBroken(Link* link, const Link::Failure& failure);

  void BecomeUp(NodeId node);
  void BecomeDown(NodeId node);
  // Counts it, and tells the observer unless it was told a moment ago.
  void Report(std::optional<NodeId> peer, LinkProblem problem,
              absl::string_view what);

  PeerLinksOptions options_;
  LinkMaker maker_;
  EventLoop* loop_;
  PeerObserver* observer_;
  ReportLimiter limiter_;
  std::vector<Peer> peers_;
  NodeSet up_;
  std::string encoded_;  // Scratch of Send.
  Strangers strangers_;
  Strangers introductions_;
  AddressRecords records_;
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
  introductions_.Flush();
}

void Mesh::SetFound(NodeId node, const std::vector<Endpoint>& addresses) {
  Peer& peer = PeerOf(node);
  if (!peer.addresses.SetFound(addresses)) return;
  if (node >= options_.self || peer.link != nullptr) return;
  peer.backoff.Reset();
  loop_->Cancel(peer.redial);
  peer.redial = loop_->AddTimer(Time(0), [this, node] { Dial(node); });
}

void Mesh::TellRecords(NodeSet to, const std::vector<std::string>& records) {
  for (const NodeId node : to) {
    if (up_.Contains(node)) PeerOf(node).link->QueueRecords({records});
  }
}

void Mesh::Introduce(const Endpoint& endpoint, NodeSet expected) {
  DISTDB_CHECK(maker_.secured(), "who introduces itself has a key");
  const std::string address = ToString(endpoint);
  if (!introductions_.HasRoom(address)) return;
  absl::StatusOr<std::unique_ptr<Link>> link =
      maker_.Dial(endpoint, expected, /*introduces=*/true);
  if (link.ok()) return introductions_.Add(address, *std::move(link));
  Report(std::nullopt, LinkProblem::kUnreachable,
         absl::StrCat("cannot ask ", address,
                      " where the others are: ", link.status().message()));
}

PeerStats Mesh::Stats(NodeId node) const {
  const Peer& peer = peers_[node.value()];
  PeerStats stats = peer.stats;
  stats.up = up_.Contains(node);
  stats.address = peer.addresses.Text();
  if (peer.link != nullptr) stats.queued_bytes = peer.link->queued_bytes();
  return stats;
}

LinkTotals Mesh::Totals() const {
  LinkTotals totals = totals_;
  totals.strangers = strangers_.size();
  return totals;
}

void Mesh::SetTls(std::shared_ptr<const TlsContext> tls) {
  DISTDB_CHECK(tls != nullptr && maker_.secured(),
               "links that are secured stay so");
  maker_.SetTls(std::move(tls));
}

std::optional<NodeId> Mesh::FindPeer(const Link* link) const {
  for (NodeId node; node.value() < peers_.size(); ++node) {
    if (peers_[node.value()].link.get() == link) return node;
  }
  return std::nullopt;
}

void Mesh::Dial(NodeId node) {
  Peer& peer = PeerOf(node);
  if (peer.addresses.empty()) return;  // SetFound goes on.
  const Endpoint endpoint = peer.addresses.current();
  absl::StatusOr<std::unique_ptr<Link>> link =
      maker_.Dial(endpoint, NodeSet::Of(node), /*introduces=*/false);
  if (link.ok()) {
    peer.link = *std::move(link);
    peer.link->CountInto(&peer.stats);
    return;
  }
  Report(node, LinkProblem::kUnreachable,
         absl::StrCat("cannot connect to ", NameOf(node), " at ",
                      ToString(endpoint), ": ", link.status().message()));
  peer.addresses.Skip();
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
  absl::StatusOr<std::unique_ptr<Link>> link =
      maker_.Accept(std::move(socket), Others());
  if (link.ok()) strangers_.Add(*address, *std::move(link));
}

absl::Status Mesh::OnHandshake(Link* link, const Handshake& theirs) {
  const bool introducing = introductions_.Has(link);
  const absl::Status agreed = CheckHandshake(maker_.handshake(), theirs,
                                             {.dialled = FindPeer(link),
                                              .proven = link->proven_peer(),
                                              .introducing = introducing});
  if (!agreed.ok()) return agreed;
  if (introducing) link->QueueRecords(records_);
  if (introducing || theirs.introduction) return absl::OkStatus();
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

bool Mesh::OnRecords(Link* link, AddressRecords records) {
  const std::optional<NodeId> peer = FindPeer(link);
  const std::optional<NodeId> from =
      peer.has_value() ? peer : link->proven_peer();
  DISTDB_CHECK(from.has_value(), "only who is known introduces itself");
  observer_->OnRecords(*from, std::move(records.records));
  if (peer.has_value()) return true;
  // Who asked has its answer.
  if (introductions_.Has(link)) return false;
  link->QueueRecords(records_);
  return true;
}

void Mesh::OnStrangerBroken(Link* link, const Link::Failure& failure) {
  const bool asked = introductions_.Has(link);
  Strangers& strangers = asked ? introductions_ : strangers_;
  const std::string address = strangers.AddressOf(link);
  strangers.Take(link).reset();
  Report(std::nullopt, failure.problem,
         asked ? absl::StrCat("cannot ask ", address,
                              " where the others are: ", failure.what)
               : absl::StrCat("a connection from ", address,
                              " at the peers' port: ", failure.what));
}

void Mesh::OnBroken(Link* link, const Link::Failure& failure) {
  const std::optional<NodeId> node = FindPeer(link);
  if (!node.has_value()) return OnStrangerBroken(link, failure);
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
                      " at ", peer.addresses.Text(), ": ", failure.what));
  if (!was_up) peer.addresses.Skip();
  if (*node < options_.self) DialLater(*node);
}

void Mesh::BecomeUp(NodeId node) {
  up_.Insert(node);
  Peer& peer = PeerOf(node);
  peer.stats.since = loop_->now();
  ++peer.stats.connects;
  peer.link->QueueRecords(records_);
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
