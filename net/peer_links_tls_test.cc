// Links that are secured: who is let in, who is not, and new keys meanwhile.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "net/codec/frame.h"
#include "net/codec/frame_reader.h"
#include "net/peer_links.h"
#include "net/peer_links_test_util.h"
#include "net/socket.h"
#include "net/stream.h"
#include "net/tls/context.h"
#include "net/tls/keys.h"
#include "net/tls/stream.h"

namespace distdb {
namespace {

PrivateKey NewKey() {
  absl::StatusOr<PrivateKey> key = PrivateKey::Generate();
  EXPECT_TRUE(key.ok()) << key.status();
  return *std::move(key);
}

class SecuredLinksTest : public PeerLinksTest {
 protected:
  void MakeNodes(size_t n) {
    PeerLinksTest::MakeNodes(n);
    for (size_t i = 0; i < n; ++i) keys_.push_back(NewKey());
  }

  std::shared_ptr<const TlsContext> ContextOf(const PrivateKey& key) const {
    std::vector<PublicKey> pins;
    for (const PrivateKey& each : keys_) pins.push_back(each.public_key());
    absl::StatusOr<std::shared_ptr<const TlsContext>> context =
        TlsContext::Create(key, std::move(pins));
    EXPECT_TRUE(context.ok()) << context.status();
    return *std::move(context);
  }

  PeerLinksOptions OptionsFor(size_t i) {
    PeerLinksOptions options = PeerLinksTest::OptionsFor(i);
    options.tls = ContextOf(keys_[i]);
    return options;
  }

  void StartSecured(size_t i) { Start(i, OptionsFor(i)); }

  void StartAll(size_t n) {
    MakeNodes(n);
    for (size_t i = 0; i < n; ++i) StartSecured(i);
    ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  }

  uint64_t Ended(size_t i, LinkProblem problem) const {
    return nodes_[i].links->Totals().Ended(problem);
  }

  // A channel to node 0 that holds `key`, in the test's own hands.
  std::unique_ptr<Stream> Dial(const PrivateKey& key) {
    absl::StatusOr<std::unique_ptr<Stream>> stream = NewTlsStream(
        Connect(0), TlsSide::kDials, NodeSet::Of(NodeId(0)), ContextOf(key));
    EXPECT_TRUE(stream.ok()) << stream.status();
    EXPECT_TRUE(
        RunUntil([&] { return (*stream)->Establish().value_or(false); }));
    return *std::move(stream);
  }

  // Until node 0 has closed it.
  void ReadToTheEnd(Stream& stream) {
    EXPECT_TRUE(RunUntil([&] {
      char buffer[64 * 1024];
      const absl::StatusOr<Transfer> read = stream.Read(buffer, sizeof(buffer));
      return !read.ok() || read->closed;
    }));
  }

  static std::string Framed(const Frame& frame) {
    std::string stream;
    AppendFramed(EncodeFrame(frame), stream);
    return stream;
  }

  std::vector<PrivateKey> keys_;
};

TEST_F(SecuredLinksTest, EveryNodeReachesEveryOther) {
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
    EXPECT_TRUE(node.observer.reports.empty());
    for (const auto& [from, message] : node.observer.messages) {
      EXPECT_EQ(message, Vote(from.value()));
    }
  }
}

TEST_F(SecuredLinksTest, MessagesArriveInOrderAndWholeBothWaysAtOnce) {
  StartAll(2);
  std::vector<Message> sent;
  for (uint64_t seq = 1; seq <= 60; ++seq) {
    sent.push_back(seq % 4 == 0 ? SendOf(seq, 700'000) : Vote(seq));
    nodes_[0].links->Send(NodeSet::Of(NodeId(1)), sent.back());
    nodes_[1].links->Send(NodeSet::Of(NodeId(0)), sent.back());
  }
  ASSERT_TRUE(RunUntil([&] {
    return nodes_[0].observer.messages.size() == sent.size() &&
           nodes_[1].observer.messages.size() == sent.size();
  }));
  for (size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(nodes_[0].observer.messages[i].second, sent[i]);
    EXPECT_EQ(nodes_[1].observer.messages[i].second, sent[i]);
  }
}

TEST_F(SecuredLinksTest, AWrongKeyIsRefusedCountedAndToldOnce) {
  MakeNodes(4);
  for (size_t i = 0; i < 3; ++i) StartSecured(i);
  PeerLinksOptions impostor = OptionsFor(3);
  impostor.tls = ContextOf(NewKey());
  Start(3, std::move(impostor));
  ASSERT_TRUE(RunUntil([&] {
    return Ended(0, LinkProblem::kWrongKey) >= 3 &&
           nodes_[0].observer.up == NodeSet(0b0110);
  }));
  EXPECT_EQ(nodes_[3].observer.ups, 0);
  ASSERT_EQ(nodes_[0].observer.reports.size(), 1u) << "once a minute";
  EXPECT_EQ(nodes_[0].observer.reports.front().what,
            "a connection from 127.0.0.1 at the peers' port: it shows a key "
            "that is not pinned here; compare public_key of the members in "
            "both configurations");
}

TEST_F(SecuredLinksTest, WhoDialsRefusesAWrongKeyToo) {
  MakeNodes(2);
  PeerLinksOptions impostor = OptionsFor(0);
  impostor.tls = ContextOf(NewKey());
  Start(0, std::move(impostor));
  StartSecured(1);
  ASSERT_TRUE(RunUntil([&] {
    return Ended(1, LinkProblem::kWrongKey) >= 2 &&
           Ended(0, LinkProblem::kRefused) >= 1;
  }));
  EXPECT_EQ(nodes_[0].observer.ups + nodes_[1].observer.ups, 0);
}

TEST_F(SecuredLinksTest, AProvenNodeMayNotSpeakForAnother) {
  MakeNodes(4);
  StartSecured(0);
  const std::unique_ptr<Stream> liar = Dial(keys_[3]);
  ASSERT_TRUE(liar->Write(HandshakeOf(2, 4)).ok());
  ReadToTheEnd(*liar);
  EXPECT_EQ(nodes_[0].observer.ups, 0);
  ASSERT_TRUE(nodes_[0].observer.HasReport(LinkProblem::kRefused));
  EXPECT_EQ(nodes_[0].observer.reports.front().what,
            "a connection from 127.0.0.1 at the peers' port: node-4 calls "
            "itself node-3");
}

TEST_F(SecuredLinksTest, AnotherClusterOrEpochIsRefusedWhateverTheKey) {
  MakeNodes(2);
  StartSecured(0);
  const Handshake good{
      .cluster_id = "test", .node = NodeId(1), .epoch = Epoch(1), .nodes = 2};
  Handshake cluster = good;
  cluster.cluster_id = "other";
  Handshake epoch = good;
  epoch.epoch = Epoch(2);
  uint64_t refused = 0;
  for (const Handshake& bad : {cluster, epoch}) {
    const std::unique_ptr<Stream> stream = Dial(keys_[1]);
    ASSERT_TRUE(stream->Write(Framed(bad)).ok());
    ReadToTheEnd(*stream);
    EXPECT_EQ(Ended(0, LinkProblem::kRefused), ++refused);
  }
  EXPECT_EQ(nodes_[0].observer.ups, 0);
  const std::unique_ptr<Stream> stream = Dial(keys_[1]);
  ASSERT_TRUE(stream->Write(Framed(good)).ok());
  EXPECT_TRUE(RunUntil([&] { return nodes_[0].observer.ups == 1; }));
}

TEST_F(SecuredLinksTest, GarbageInPlaceOfTlsClosesThatConnectionOnly) {
  StartAll(2);
  uint64_t malformed = 0;
  for (const std::string& garbage :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(100, '\0'),
        HandshakeOf(1, 2)}) {
    const UniqueFd socket = Connect(0);
    Write(socket, garbage);
    PeerLinksTest::ReadToTheEnd(socket);
    EXPECT_EQ(Ended(0, LinkProblem::kMalformed), ++malformed);
  }
  EXPECT_TRUE(AllUp());
  EXPECT_EQ(nodes_[0].observer.ups, 1);
}

TEST_F(SecuredLinksTest, AHandshakeThatExpiresIsClosed) {
  MakeNodes(2);
  PeerLinksOptions options = OptionsFor(0);
  options.handshake_timeout = 50 * kMillisecond;
  Start(0, std::move(options));
  // One says nothing, one begins TLS and halts, one proves its key and halts.
  const UniqueFd silent = Connect(0);
  const UniqueFd halting = Connect(0);
  Write(halting, absl::string_view("\x16\x03\x01\x02\x00\x01", 6));
  const std::unique_ptr<Stream> proven = Dial(keys_[1]);
  PeerLinksTest::ReadToTheEnd(silent);
  PeerLinksTest::ReadToTheEnd(halting);
  ReadToTheEnd(*proven);
  EXPECT_EQ(Ended(0, LinkProblem::kTimedOut), 3u);
  EXPECT_EQ(nodes_[0].links->Totals().strangers, 0u);
}

TEST_F(SecuredLinksTest, NewKeysReplaceOldOnesWithoutDroppingALink) {
  StartAll(3);
  // Node 2 gets a new key; all are told, node 2 last.
  keys_[2] = NewKey();
  for (size_t i = 0; i < 3; ++i) nodes_[i].links->SetTls(ContextOf(keys_[i]));
  nodes_[0].links->Send(NodeSet::Of(NodeId(2)), Vote(1));
  ASSERT_TRUE(
      RunUntil([&] { return nodes_[2].observer.messages.size() == 1; }));
  for (const Node& node : nodes_) EXPECT_EQ(node.observer.ups, 2);
  // It comes back with the new key: the old is not asked for any more.
  Stop(2);
  StartSecured(2);
  ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
}

TEST_F(SecuredLinksTest, AnOldKeyIsRefusedOnceThereIsANewOne) {
  StartAll(2);
  PeerLinksOptions old = OptionsFor(1);
  keys_[1] = NewKey();
  nodes_[0].links->SetTls(ContextOf(keys_[0]));
  EXPECT_TRUE(AllUp());
  Stop(1);
  ASSERT_TRUE(RunUntil([&] { return nodes_[0].observer.up.empty(); }));
  Start(1, std::move(old));
  ASSERT_TRUE(RunUntil([&] { return Ended(0, LinkProblem::kWrongKey) >= 1; }));
  EXPECT_EQ(nodes_[0].observer.ups, 1);
}

}  // namespace
}  // namespace distdb
