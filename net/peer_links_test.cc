#include "net/peer_links.h"

#include <poll.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "net/codec/frame.h"
#include "net/codec/frame_reader.h"
#include "net/codec/random_test_util.h"
#include "net/socket.h"

namespace distdb {
namespace {

// No test takes this long; it ends one that would hang.
constexpr Duration kPatience = 20 * kSecond;

Message Vote(uint64_t seq) {
  Message vote;
  vote.kind = MessageKind::kEcho;
  vote.instance = {Epoch(1), NodeId(0), Seq(seq)};
  return vote;
}

Message SendOf(uint64_t seq, size_t bytes) {
  Message send;
  send.kind = MessageKind::kSend;
  send.instance = {Epoch(1), NodeId(0), Seq(seq)};
  send.payload = Payload(std::string(bytes, 'p'));
  return send;
}

// What one node is told by its links.
struct Observer : PeerObserver {
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
  std::vector<LinkReport> reports;
};

// n nodes in one loop, each with its own links.
class PeerLinksTest : public testing::Test {
 protected:
  struct Node {
    Observer observer;
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

TEST_F(PeerLinksTest, EveryNodeReachesEveryOther) {
  StartAll(5);
  for (size_t i = 0; i < 5; ++i) {
    const NodeId self(static_cast<uint32_t>(i));
    nodes_[i].links->Send(NodeSet::FirstN(5).Without(self), Vote(i));
  }
  ASSERT_TRUE(RunUntil([&] {
    for (const Node& node : nodes_) {
      if (node.observer.messages.size() < 4) return false;
    }
    return true;
  }));
  for (const Node& node : nodes_) {
    EXPECT_EQ(node.observer.ups, 4);
    for (const auto& [from, message] : node.observer.messages) {
      EXPECT_EQ(message, Vote(from.value()));
    }
  }
}

TEST_F(PeerLinksTest, APeerMayBeSentToAsSoonAsItIsUp) {
  MakeNodes(2);
  for (size_t i = 0; i < 2; ++i) {
    Start(i);
    nodes_[i].observer.links = nodes_[i].links.get();
  }
  ASSERT_TRUE(RunUntil([&] {
    return nodes_[0].observer.messages.size() == 1 &&
           nodes_[1].observer.messages.size() == 1;
  }));
}

TEST_F(PeerLinksTest, MessagesArriveInOrderAndWhole) {
  StartAll(2);
  // Large and small ones, more than a socket takes at once.
  std::vector<Message> sent;
  for (uint64_t seq = 1; seq <= 40; ++seq) {
    sent.push_back(seq % 4 == 0 ? SendOf(seq, 300'000) : Vote(seq));
    nodes_[0].links->Send(NodeSet::Of(NodeId(1)), sent.back());
  }
  const std::vector<std::pair<NodeId, Message>>& got =
      nodes_[1].observer.messages;
  ASSERT_TRUE(RunUntil([&] { return got.size() == sent.size(); }));
  for (size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(got[i].second, sent[i]);
  EXPECT_EQ(nodes_[0].links->Stats(NodeId(1)).messages_out, sent.size());
  EXPECT_EQ(nodes_[1].links->Stats(NodeId(0)).messages_in, sent.size());
  EXPECT_EQ(nodes_[0].links->Stats(NodeId(1)).bytes_out,
            nodes_[1].links->Stats(NodeId(0)).bytes_in);
}

TEST_F(PeerLinksTest, WhatATurnSendsLeavesInOneFrame) {
  StartAll(2);
  const uint64_t before = nodes_[0].links->Stats(NodeId(1)).bytes_out;
  for (uint64_t seq = 1; seq <= 100; ++seq) {
    nodes_[0].links->Send(NodeSet::Of(NodeId(1)), Vote(seq));
  }
  ASSERT_TRUE(
      RunUntil([&] { return nodes_[1].observer.messages.size() == 100; }));
  std::string batch;
  for (uint64_t seq = 1; seq <= 100; ++seq) AppendMessage(Vote(seq), batch);
  EXPECT_EQ(nodes_[0].links->Stats(NodeId(1)).bytes_out - before,
            kFramePrefixBytes + batch.size());
}

TEST_F(PeerLinksTest, ReconnectsAfterThePeerRestarts) {
  StartAll(3);
  for (const size_t restarted : {0, 2, 1}) {
    Stop(restarted);
    ASSERT_TRUE(RunUntil([&] {
      for (size_t i = 0; i < 3; ++i) {
        if (i != restarted && nodes_[i].observer.up.size() != 1) return false;
      }
      return true;
    }));
    Start(restarted);
    ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  }
  EXPECT_EQ(nodes_[0].links->Stats(NodeId(1)).connects, 2u);
}

TEST_F(PeerLinksTest, ComesUpWhenThePeerStartsLater) {
  MakeNodes(2);
  listeners_[0].Close();
  Start(1);
  ASSERT_TRUE(RunUntil(
      [&] { return nodes_[1].observer.HasReport(LinkProblem::kUnreachable); }));
  EXPECT_EQ(nodes_[1].observer.reports.front().what,
            "no link to node-1 at " + ToString(endpoints_[0]) +
                ": Connection refused");
  nodes_[1].links->Send(NodeSet::Of(NodeId(0)), Vote(1));
  EXPECT_EQ(nodes_[1].links->Stats(NodeId(0)).dropped_down, 1u);
  Start(0);
  ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  EXPECT_EQ(nodes_[1].observer.reports.size(), 1u) << "once a minute";
}

TEST_F(PeerLinksTest, TheNewestLinkOfAPeerWins) {
  MakeNodes(2);
  Start(0);
  const UniqueFd old = Connect(0);
  Write(old, HandshakeOf(1, 2));
  ASSERT_TRUE(RunUntil([&] { return nodes_[0].observer.ups == 1; }));
  const UniqueFd fresh = Connect(0);
  Write(fresh, HandshakeOf(1, 2));
  ReadToTheEnd(old);
  EXPECT_EQ(nodes_[0].observer.ups, 2);
  EXPECT_EQ(nodes_[0].observer.up, NodeSet::Of(NodeId(1)));
  std::string stream;
  AppendFramed(EncodeFrame(MessageBatch{{Vote(7)}}), stream);
  Write(fresh, stream);
  ASSERT_TRUE(RunUntil([&] { return !nodes_[0].observer.messages.empty(); }));
}

TEST_F(PeerLinksTest, HandshakesThatDisagreeAreRefusedOnBothSides) {
  const std::vector<
      std::pair<std::function<void(PeerLinksOptions&)>, std::string>>
      cases = {
          {[](PeerLinksOptions& o) { o.cluster_id = "other"; },
           "cluster other there and test here"},
          {[](PeerLinksOptions& o) { o.epoch = Epoch(2); },
           "epoch 2 there and 1 here"},
          {[](PeerLinksOptions& o) { o.peers.push_back(o.peers[0]); },
           "number of nodes 3 there and 2 here"},
      };
  for (const auto& [change, error] : cases) {
    nodes_.clear();
    endpoints_.clear();
    listeners_.clear();
    MakeNodes(2);
    PeerLinksOptions changed = OptionsFor(1);
    change(changed);
    Start(0);
    Start(1, std::move(changed));
    ASSERT_TRUE(RunUntil([&] {
      return nodes_[0].observer.HasReport(LinkProblem::kRefused) &&
             nodes_[1].observer.HasReport(LinkProblem::kRefused);
    }));
    EXPECT_EQ(nodes_[0].observer.reports.front().what,
              "a connection at the peers' port: " + error);
    EXPECT_EQ(nodes_[0].observer.ups + nodes_[1].observer.ups, 0);
    nodes_.clear();
  }
}

TEST_F(PeerLinksTest, ANodeThatIsNotWhoItShouldBeIsRefused) {
  MakeNodes(3);
  Start(1);
  for (const uint32_t claimed : {0u, 1u, 3u, 0xffffffffu}) {
    const UniqueFd socket = Connect(1);
    Write(socket, HandshakeOf(claimed, 3));
    ReadToTheEnd(socket);
  }
  EXPECT_EQ(nodes_[1].observer.ups, 0);
}

TEST_F(PeerLinksTest, GarbageAtThePeerPortClosesThatConnectionOnly) {
  StartAll(2);
  TestRandom random(1);
  std::string batch;
  AppendFramed(EncodeFrame(MessageBatch{{Vote(1)}}), batch);
  std::string oversized("\xff\xff\xff\x7f", 4);
  std::string twice = HandshakeOf(1, 2) + HandshakeOf(1, 2);
  for (const std::string& garbage :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(4, '\0'),
        random.Bytes(3000), batch, oversized}) {
    const UniqueFd socket = Connect(0);
    Write(socket, garbage);
    ReadToTheEnd(socket);
  }
  EXPECT_TRUE(nodes_[0].observer.HasReport(LinkProblem::kMalformed));
  EXPECT_TRUE(AllUp());
  EXPECT_EQ(nodes_[0].observer.ups, 1);
}

TEST_F(PeerLinksTest, AMalformedFrameOnALinkThatIsUpClosesAndCountsIt) {
  MakeNodes(2);
  Start(0);
  int expected = 0;
  std::string no_frame;
  AppendFramed("\x0f", no_frame);
  for (const std::string& bad :
       {no_frame, std::string(4, '\0'), HandshakeOf(1, 2)}) {
    const UniqueFd socket = Connect(0);
    Write(socket, HandshakeOf(1, 2) + bad);
    ReadToTheEnd(socket);
    ++expected;
    EXPECT_EQ(nodes_[0].observer.ups, expected);
    EXPECT_TRUE(nodes_[0].observer.up.empty());
    EXPECT_EQ(nodes_[0].links->Stats(NodeId(1)).malformed,
              static_cast<uint64_t>(expected));
  }
  ASSERT_EQ(nodes_[0].observer.reports.size(), 1u) << "once a minute";
}

TEST_F(PeerLinksTest, AConnectionThatSaysNothingIsClosedInTime) {
  MakeNodes(2);
  PeerLinksOptions options = OptionsFor(0);
  options.handshake_timeout = 20 * kMillisecond;
  Start(0, std::move(options));
  const UniqueFd silent = Connect(0);
  const UniqueFd halting = Connect(0);
  Write(halting, HandshakeOf(1, 2).substr(0, 10));
  ReadToTheEnd(silent);
  ReadToTheEnd(halting);
  EXPECT_TRUE(nodes_[0].observer.HasReport(LinkProblem::kTimedOut));
}

TEST_F(PeerLinksTest, AHalfOpenLinkIsFoundOutByItsSilence) {
  MakeNodes(2);
  PeerLinksOptions options = OptionsFor(0);
  options.ping_interval = 5 * kMillisecond;
  options.idle_timeout = 50 * kMillisecond;
  Start(0, std::move(options));
  const UniqueFd mute = Connect(0);
  Write(mute, HandshakeOf(1, 2));
  ASSERT_TRUE(RunUntil([&] { return nodes_[0].observer.ups == 1; }));
  ReadToTheEnd(mute);
  EXPECT_TRUE(nodes_[0].observer.HasReport(LinkProblem::kTimedOut));
  EXPECT_TRUE(nodes_[0].observer.up.empty());
}

TEST_F(PeerLinksTest, PingsKeepAQuietLinkAndMeasureTheRoundTrip) {
  MakeNodes(2);
  for (size_t i = 0; i < 2; ++i) {
    PeerLinksOptions options = OptionsFor(i);
    options.ping_interval = 2 * kMillisecond;
    Start(i, std::move(options));
  }
  ASSERT_TRUE(RunUntil([&] {
    return nodes_[0].links != nullptr && AllUp() &&
           nodes_[0].links->Stats(NodeId(1)).round_trip > 0 &&
           nodes_[1].links->Stats(NodeId(0)).round_trip > 0;
  }));
}

TEST_F(PeerLinksTest, AFullQueueDropsCountsAndRecovers) {
  MakeNodes(2);
  PeerLinksOptions options = OptionsFor(0);
  options.queue_bytes_max = 1'000'000;
  Start(0, std::move(options));
  // A peer that shakes hands and does not read.
  UniqueFd slow = Connect(0);
  Write(slow, HandshakeOf(1, 2));
  ASSERT_TRUE(RunUntil([&] { return nodes_[0].observer.ups == 1; }));
  const auto stats = [&] { return nodes_[0].links->Stats(NodeId(1)); };
  uint64_t sent = 0;
  ASSERT_TRUE(RunUntil([&] {
    nodes_[0].links->Send(NodeSet::Of(NodeId(1)), SendOf(++sent, 100'000));
    EXPECT_LE(stats().queued_bytes, 1'000'000u);
    return stats().dropped_full > 10;
  }));
  EXPECT_EQ(stats().messages_out + stats().dropped_full, sent);

  // It reads again: what was queued arrives, and there is room for more.
  FrameReader reader;
  uint64_t received = 0;
  ASSERT_TRUE(RunUntil([&] {
    char buffer[64 * 1024];
    const absl::StatusOr<Transfer> read =
        ReadSome(slow, buffer, sizeof(buffer));
    EXPECT_TRUE(read.ok());
    reader.Append(absl::string_view(buffer, read->bytes));
    for (auto frame = reader.Next(); frame.ok() && frame->has_value();
         frame = reader.Next()) {
      const absl::StatusOr<Frame> decoded = DecodeFrame(**frame);
      EXPECT_TRUE(decoded.ok()) << decoded.status();
      if (const auto* batch = std::get_if<MessageBatch>(&*decoded)) {
        received += batch->messages.size();
      }
    }
    return received == stats().messages_out;
  }));
  EXPECT_EQ(stats().queued_bytes, 0u);
}

TEST_F(PeerLinksTest, OptionsOutOfRangeAreNamed) {
  MakeNodes(2);
  const std::vector<
      std::pair<std::function<void(PeerLinksOptions&)>, std::string>>
      cases = {
          {[](PeerLinksOptions& o) { o.cluster_id = ""; }, "cluster_id"},
          {[](PeerLinksOptions& o) { o.peers.clear(); }, "peers"},
          {[](PeerLinksOptions& o) { o.peers.resize(65); }, "peers"},
          {[](PeerLinksOptions& o) { o.self = NodeId(2); }, "self"},
          {[](PeerLinksOptions& o) { o.queue_bytes_max = 0; }, "queue_bytes"},
          {[](PeerLinksOptions& o) { o.idle_timeout = 0; }, "idle_timeout"},
          {[](PeerLinksOptions& o) { o.backoff_first = 0; }, "backoff_first"},
      };
  for (const auto& [change, name] : cases) {
    PeerLinksOptions options = OptionsFor(0);
    change(options);
    const absl::Status status =
        PeerLinks::Create(std::move(options), loop_.get(), &nodes_[0].observer)
            .status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_NE(std::string(status.message()).find(name), std::string::npos)
        << status;
  }
}

}  // namespace
}  // namespace distdb
