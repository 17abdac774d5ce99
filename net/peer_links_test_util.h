// PeerLinksTest: n nodes in one loop, each with its own links, and strangers
// whose bytes are in the test's hands.

#ifndef DISTDB_NET_PEER_LINKS_TEST_UTIL_H_
#define DISTDB_NET_PEER_LINKS_TEST_UTIL_H_

#include <poll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/message.h"
#include "gtest/gtest.h"
#include "net/codec/frame.h"
#include "net/codec/frame_reader.h"
#include "net/event_loop.h"
#include "net/peer_links.h"
#include "net/socket.h"

namespace distdb {

// No test takes this long; it ends one that would hang.
inline constexpr Duration kPatience = 20 * kSecond;

inline Message Vote(uint64_t seq) {
  Message vote;
  vote.kind = MessageKind::kEcho;
  vote.instance = {Epoch(1), NodeId(0), Seq(seq)};
  return vote;
}

inline Message SendOf(uint64_t seq, size_t bytes) {
  Message send;
  send.kind = MessageKind::kSend;
  send.instance = {Epoch(1), NodeId(0), Seq(seq)};
  send.payload = Payload(std::string(bytes, 'p'));
  return send;
}

// What one node is told by its links.
struct TestObserver : PeerObserver {
  void OnPeerUp(NodeId peer) override {
    EXPECT_FALSE(up.Contains(peer));
    up.Insert(peer);
    ++ups;
    if (links != nullptr) links->Send(NodeSet::Of(peer), Vote(1));
  }
  void OnPeerDown(NodeId peer) override {
    EXPECT_TRUE(up.Contains(peer));
    up.Erase(peer);
  }
  void OnMessage(NodeId from, Message message) override {
    EXPECT_TRUE(up.Contains(from));
    messages.emplace_back(from, std::move(message));
  }
  void OnRecords(NodeId from, std::vector<std::string> taken) override {
    for (std::string& record : taken) {
      records.emplace_back(from, std::move(record));
    }
  }
  void OnLinkReport(const LinkReport& report) override {
    reports.push_back(report);
  }
  bool HasReport(LinkProblem problem) const {
    for (const LinkReport& report : reports) {
      if (report.problem == problem) return true;
    }
    return false;
  }

  PeerLinks* links = nullptr;  // Where set, greets each peer that comes up.
  NodeSet up;
  int ups = 0;
  std::vector<std::pair<NodeId, Message>> messages;
  std::vector<std::pair<NodeId, std::string>> records;
  std::vector<LinkReport> reports;
};

// n nodes in one loop, each with its own links.
class PeerLinksTest : public testing::Test {
 protected:
  struct Node {
    TestObserver observer;
    std::unique_ptr<PeerLinks> links;
  };

  void MakeNodes(size_t n) {
    absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
    ASSERT_TRUE(loop.ok()) << loop.status();
    loop_ = *std::move(loop);
    nodes_.resize(n);
    for (size_t i = 0; i < n; ++i) {
      absl::StatusOr<UniqueFd> listener = Listen({"127.0.0.1", 0});
      ASSERT_TRUE(listener.ok()) << listener.status();
      endpoints_.push_back({"127.0.0.1", *LocalPort(*listener)});
      listeners_.push_back(*std::move(listener));
    }
  }

  PeerLinksOptions OptionsFor(size_t i) {
    PeerLinksOptions options;
    options.cluster_id = "test";
    options.self = NodeId(static_cast<uint32_t>(i));
    options.peers = endpoints_;
    options.seed = i;
    options.backoff_first = kMillisecond;
    options.backoff_max = 10 * kMillisecond;
    return options;
  }

  void Start(size_t i, PeerLinksOptions options) {
    if (!listeners_[i].is_open()) {
      absl::StatusOr<UniqueFd> listener = Listen(endpoints_[i]);
      ASSERT_TRUE(listener.ok()) << listener.status();
      listeners_[i] = *std::move(listener);
    }
    options.listener = std::move(listeners_[i]);
    listeners_[i] = UniqueFd();
    absl::StatusOr<std::unique_ptr<PeerLinks>> links =
        PeerLinks::Create(std::move(options), loop_.get(), &nodes_[i].observer);
    ASSERT_TRUE(links.ok()) << links.status();
    nodes_[i].links = *std::move(links);
  }
  void Start(size_t i) { Start(i, OptionsFor(i)); }

  void StartAll(size_t n) {
    MakeNodes(n);
    for (size_t i = 0; i < n; ++i) Start(i);
    ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  }

  void Stop(size_t i) {
    nodes_[i].links.reset();
    nodes_[i].observer.up = NodeSet();
  }

  bool AllUp() const {
    const NodeSet all = NodeSet::FirstN(static_cast<int>(nodes_.size()));
    for (size_t i = 0; i < nodes_.size(); ++i) {
      const NodeId self(static_cast<uint32_t>(i));
      if (nodes_[i].observer.up != all.Without(self)) return false;
    }
    return true;
  }

  void RunTurn() {
    loop_->RunOnce(kMillisecond);
    for (Node& node : nodes_) {
      if (node.links != nullptr) node.links->Flush();
    }
  }

  bool RunUntil(const std::function<bool()>& condition) {
    const Time deadline = EventLoop::ReadClock() + kPatience;
    while (!condition()) {
      if (EventLoop::ReadClock() > deadline) return false;
      RunTurn();
    }
    return true;
  }

  // A connection to node i's port that is in the test's own hands.
  UniqueFd Connect(size_t i) {
    absl::StatusOr<UniqueFd> socket = StartConnect(endpoints_[i]);
    EXPECT_TRUE(socket.ok()) << socket.status();
    pollfd fd{.fd = socket->get(), .events = POLLOUT, .revents = 0};
    EXPECT_EQ(poll(&fd, 1, 10'000), 1);
    EXPECT_TRUE(ConnectResult(*socket).ok());
    return *std::move(socket);
  }

  static void Write(const UniqueFd& socket, absl::string_view bytes) {
    const absl::StatusOr<Transfer> written = WriteSome(socket, bytes);
    ASSERT_TRUE(written.ok()) << written.status();
    ASSERT_EQ(written->bytes, bytes.size());
  }

  // Runs until the other side has closed `socket`; what it said before.
  std::string ReadToTheEnd(const UniqueFd& socket) {
    std::string all;
    const bool ended = RunUntil([&] {
      char buffer[4096];
      const absl::StatusOr<Transfer> read =
          ReadSome(socket, buffer, sizeof(buffer));
      if (read.ok()) all.append(buffer, read->bytes);
      return !read.ok() || read->closed;
    });
    EXPECT_TRUE(ended);
    return all;
  }

  static std::string HandshakeOf(uint32_t node, uint32_t nodes) {
    std::string stream;
    AppendFramed(EncodeFrame(Handshake{.cluster_id = "test",
                                       .node = NodeId(node),
                                       .epoch = Epoch(1),
                                       .nodes = nodes}),
                 stream);
    return stream;
  }

  std::unique_ptr<EventLoop> loop_;
  std::vector<Endpoint> endpoints_;
  std::vector<UniqueFd> listeners_;
  std::vector<Node> nodes_;
};

}  // namespace distdb

#endif  // DISTDB_NET_PEER_LINKS_TEST_UTIL_H_
