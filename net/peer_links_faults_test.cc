// What the links do with peers and strangers that misbehave.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "net/codec/frame.h"
#include "net/codec/frame_reader.h"
#include "net/codec/random_test_util.h"
#include "net/peer_links.h"
#include "net/peer_links_test_util.h"
#include "net/socket.h"

namespace distdb {
namespace {

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
              "a connection from 127.0.0.1 at the peers' port: " + error);
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

TEST_F(PeerLinksTest, StrangersBeyondTheLimitAreTurnedAway) {
  MakeNodes(2);
  PeerLinksOptions options = OptionsFor(0);
  options.handshake_timeout = 2 * kPatience;
  options.strangers_per_address_max = kStrangersMax;
  Start(0, std::move(options));
  std::vector<UniqueFd> strangers;
  for (int i = 0; i < static_cast<int>(kStrangersMax); ++i)
    strangers.push_back(Connect(0));
  ASSERT_TRUE(RunUntil(
      [&] { return nodes_[0].links->Totals().strangers == kStrangersMax; }));
  EXPECT_TRUE(nodes_[0].observer.reports.empty());
  const UniqueFd one_more = Connect(0);
  EXPECT_EQ(ReadToTheEnd(one_more), "");
  EXPECT_TRUE(nodes_[0].observer.HasReport(LinkProblem::kTooMany));
  EXPECT_EQ(nodes_[0].links->Totals().strangers, kStrangersMax);
  EXPECT_EQ(nodes_[0].links->Totals().Ended(LinkProblem::kTooMany), 1u);
  // When they have gone, a peer finds room.
  strangers.clear();
  Start(1);
  EXPECT_TRUE(RunUntil([&] { return AllUp(); }));
}

// A connection to `endpoint` from another address of this machine.
UniqueFd ConnectFrom(const char* host, const Endpoint& endpoint) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in from{.sin_family = AF_INET};
  EXPECT_EQ(inet_pton(AF_INET, host, &from.sin_addr), 1);
  sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(endpoint.port)};
  EXPECT_EQ(inet_pton(AF_INET, endpoint.host.c_str(), &to.sin_addr), 1);
  EXPECT_EQ(
      bind(socket.get(), reinterpret_cast<sockaddr*>(&from), sizeof(from)), 0);
  EXPECT_EQ(connect(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)),
            0);
  EXPECT_EQ(fcntl(socket.get(), F_SETFL, O_NONBLOCK), 0);
  return socket;
}

TEST_F(PeerLinksTest, OneAddressDoesNotKeepOthersOut) {
  MakeNodes(2);
  PeerLinksOptions options = OptionsFor(0);
  options.handshake_timeout = 2 * kPatience;
  options.strangers_per_address_max = 3;
  Start(0, std::move(options));
  std::vector<UniqueFd> strangers;
  for (int i = 0; i < 3; ++i) strangers.push_back(Connect(0));
  ASSERT_TRUE(
      RunUntil([&] { return nodes_[0].links->Totals().strangers == 3; }));
  EXPECT_EQ(ReadToTheEnd(Connect(0)), "");
  EXPECT_EQ(nodes_[0].links->Totals().Ended(LinkProblem::kTooMany), 1u);
  const UniqueFd elsewhere = ConnectFrom("127.0.0.2", endpoints_[0]);
  Write(elsewhere, HandshakeOf(1, 2));
  ASSERT_TRUE(RunUntil([&] { return nodes_[0].observer.ups == 1; }));
}

TEST_F(PeerLinksTest, OneByteAtATimeDoesNotHoldAPlace) {
  MakeNodes(2);
  PeerLinksOptions options = OptionsFor(0);
  options.handshake_timeout = 50 * kMillisecond;
  Start(0, std::move(options));
  const UniqueFd slow = Connect(0);
  // One byte each turn, of a frame that is announced as long as is allowed.
  std::string frame("\x00\x04\x00\x00", 4);
  frame.resize(1000, 'x');
  size_t written = 0;
  ASSERT_TRUE(RunUntil([&] {
    if (written < frame.size()) {
      const absl::string_view rest = absl::string_view(frame).substr(written++);
      WriteSome(slow, rest.substr(0, 1)).status().IgnoreError();
    }
    return nodes_[0].links->Totals().Ended(LinkProblem::kTimedOut) == 1;
  }));
}

TEST_F(PeerLinksTest, AFrameThatDoesNotComeToItsEndClosesTheLink) {
  MakeNodes(2);
  PeerLinksOptions options = OptionsFor(0);
  options.ping_interval = 5 * kMillisecond;
  options.frame_timeout = 50 * kMillisecond;
  Start(0, std::move(options));
  const UniqueFd slow = Connect(0);
  Write(slow, HandshakeOf(1, 2) + std::string("\x00\x00\x10\x00", 4));
  ASSERT_TRUE(RunUntil([&] { return nodes_[0].observer.ups == 1; }));
  ASSERT_TRUE(RunUntil([&] {
    // Never silent.
    WriteSome(slow, "x").status().IgnoreError();
    return nodes_[0].links->Totals().Ended(LinkProblem::kTimedOut) == 1;
  }));
  EXPECT_TRUE(nodes_[0].observer.up.empty());
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
