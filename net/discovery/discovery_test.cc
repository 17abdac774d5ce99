// Nodes in one loop that find each other over links and by multicast, and what
// a liar among them can do about it.

#include "net/discovery/discovery.h"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "core/types.h"
#include "gtest/gtest.h"
#include "net/discovery/address_book.h"
#include "net/discovery/address_record.h"
#include "net/discovery/multicast.h"
#include "net/event_loop.h"
#include "net/peer_links.h"
#include "net/peer_links_test_util.h"
#include "net/socket.h"
#include "net/tls/context.h"
#include "net/tls/keys.h"

namespace distdb {
namespace {

constexpr char kLoopback[] = "127.0.0.1";

class DiscoveryTest : public PeerLinksTest, public DiscoveryHost {
 protected:
  void MakeNodes(size_t n) {
    PeerLinksTest::MakeNodes(n);
    discoveries_.resize(n);
    for (size_t i = 0; i < n; ++i) {
      keys_.push_back(PrivateKey::Generate().value());
    }
  }

  std::shared_ptr<const TlsContext> ContextOf(size_t i) const {
    std::vector<PublicKey> pins;
    for (const PrivateKey& key : keys_) pins.push_back(key.public_key());
    return TlsContext::Create(keys_[i], std::move(pins)).value();
  }

  // Node i, which is told of the seeds and nobody's address.
  void Start(size_t i, std::vector<Endpoint> seeds,
             const std::vector<std::string>& remembered = {}) {
    PeerLinksOptions links = OptionsFor(i);
    links.tls = ContextOf(i);
    links.peers.assign(nodes_.size(), Endpoint());
    PeerLinksTest::Start(i, std::move(links));
    DiscoveryOptions options;
    options.cluster_id = "test";
    options.self = NodeId(static_cast<uint32_t>(i));
    options.tls = ContextOf(i);
    options.peer_addresses = {endpoints_[i]};
    options.client_address = {kLoopback, 7001};
    options.number = ++number_;
    options.configured.assign(nodes_.size(), Endpoint());
    options.seeds = std::move(seeds);
    options.ask_first = kMillisecond;
    options.ask_max = 10 * kMillisecond;
    discoveries_[i] = std::make_unique<Discovery>(
        std::move(options), loop_.get(), nodes_[i].links.get(), this);
    discoveries_[i]->Remember(remembered);
  }

  void Stop(size_t i) {
    discoveries_[i].reset();
    PeerLinksTest::Stop(i);
  }

  // What the node's own observer does.
  void PassOn() {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      for (auto& [from, record] :
           std::exchange(nodes_[i].observer.records, {})) {
        if (discoveries_[i] == nullptr) continue;
        discoveries_[i]->OnRecords(from, {std::move(record)});
      }
    }
  }

  bool RunUntil(const std::function<bool()>& condition) {
    return PeerLinksTest::RunUntil([&] {
      PassOn();
      return condition();
    });
  }

  void OnRecordChanged(NodeId) override { ++changes_; }

  const AddressRecord* Known(size_t i, uint32_t node) const {
    return discoveries_[i]->book().Find(NodeId(node));
  }

  uint64_t Count(size_t i, RecordVerdict verdict) const {
    return discoveries_[i]->book().counts()[static_cast<size_t>(verdict)];
  }

  std::vector<PrivateKey> keys_;
  std::vector<std::unique_ptr<Discovery>> discoveries_;
  uint64_t number_ = 0;
  int changes_ = 0;
};

TEST_F(DiscoveryTest, OneAddressIsEnoughWhosever) {
  for (size_t known = 0; known < 4; ++known) {
    SCOPED_TRACE(known);
    nodes_.clear();
    discoveries_.clear();
    endpoints_.clear();
    listeners_.clear();
    keys_.clear();
    MakeNodes(4);
    // The one that is known knows nobody.
    Start(known, {});
    for (size_t i = 0; i < 4; ++i) {
      if (i != known) Start(i, {endpoints_[known]});
    }
    ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
    for (size_t i = 0; i < 4; ++i) discoveries_[i].reset();
  }
}

TEST_F(DiscoveryTest, SeedsThatAreThisNodeOrNobodyDoNoHarm) {
  MakeNodes(2);
  const absl::StatusOr<UniqueFd> dead = Listen({kLoopback, 0});
  const Endpoint nobody{kLoopback, *LocalPort(*dead)};
  Start(0, {endpoints_[0]});
  Start(1, {nobody, endpoints_[1], endpoints_[0]});
  ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  EXPECT_FALSE(nodes_[0].observer.HasReport(LinkProblem::kWrongKey));
}

TEST_F(DiscoveryTest, ANodeThatComesBackElsewhereIsFoundAgain) {
  MakeNodes(3);
  Start(0, {});
  Start(1, {endpoints_[0]});
  Start(2, {endpoints_[0]});
  ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  // Node 0 dials nobody; what it remembers is its only chance to be found.
  const std::vector<std::string> remembered = discoveries_[0]->book().All();
  Stop(0);
  absl::StatusOr<UniqueFd> elsewhere = Listen({kLoopback, 0});
  ASSERT_TRUE(elsewhere.ok());
  endpoints_[0].port = *LocalPort(*elsewhere);
  listeners_[0] = *std::move(elsewhere);
  Start(0, {}, remembered);
  ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  EXPECT_EQ(Known(2, 0)->peer_addresses.front(), endpoints_[0]);
}

TEST_F(DiscoveryTest, ANodeWhoseClockWentBackIsBelievedAgain) {
  MakeNodes(2);
  number_ = 1'000'000;
  Start(0, {});
  Start(1, {endpoints_[0]});
  ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  const uint64_t before = Known(0, 1)->number;
  Stop(1);
  number_ = 0;
  Start(1, {endpoints_[0]});
  ASSERT_TRUE(
      RunUntil([&] { return AllUp() && Known(0, 1)->number > before; }));
}

TEST_F(DiscoveryTest, ALiarNeitherForgesNorReplaysAnothersAddress) {
  MakeNodes(3);
  Start(0, {});
  Start(1, {endpoints_[0]});
  ASSERT_TRUE(RunUntil([&] {
    return Known(0, 1) != nullptr && nodes_[0].observer.up.size() == 1;
  }));
  const std::string old = discoveries_[1]->book().Bytes(NodeId(1));
  // Node 2 is a liar, in the test's hands.
  AddressRecord forged = *Known(0, 1);
  forged.number += 10;
  forged.peer_addresses = {{"10.9.9.9", 9999}};
  discoveries_[0]->OnRecords(NodeId(2), {SignRecord(forged, keys_[2])});
  EXPECT_EQ(Count(0, RecordVerdict::kForged), 1u);

  AddressRecord moved = *Known(0, 1);
  moved.number += 1;
  discoveries_[0]->OnRecords(NodeId(1), {SignRecord(moved, keys_[1])});
  EXPECT_EQ(Known(0, 1)->number, moved.number);
  discoveries_[0]->OnRecords(NodeId(2), {old, "garbage"});
  EXPECT_EQ(Count(0, RecordVerdict::kOld), 1u);
  EXPECT_EQ(Count(0, RecordVerdict::kMalformed), 1u);
  EXPECT_EQ(*Known(0, 1), moved);
}

TEST_F(DiscoveryTest, AStrangerLearnsNothing) {
  MakeNodes(2);
  Start(0, {});
  keys_[1] = PrivateKey::Generate().value();  // Not the one that 0 knows.
  Start(1, {endpoints_[0]});
  ASSERT_TRUE(RunUntil([&] {
    return nodes_[0].links->Totals().Ended(LinkProblem::kWrongKey) >= 2;
  }));
  EXPECT_EQ(Known(1, 0), nullptr);
  EXPECT_EQ(Known(0, 1), nullptr);
}

TEST_F(DiscoveryTest, NewsReachThoseThatAreUp) {
  MakeNodes(3);
  Start(0, {});
  Start(1, {endpoints_[0]});
  Start(2, {endpoints_[0]});
  ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  // Nobody asks around any more, which would bring the news, too.
  int calm = 0;
  ASSERT_TRUE(RunUntil([&] {
    calm = nodes_[0].links->Totals().strangers == 0 ? calm + 1 : 0;
    return calm > 50;
  }));
  AddressRecord moved = *Known(1, 2);
  moved.number += 1;
  moved.client_address.port = 7009;
  // It has told node 0 alone.
  discoveries_[0]->OnRecords(NodeId(2), {SignRecord(moved, keys_[2])});
  ASSERT_TRUE(RunUntil([&] { return *Known(1, 2) == moved; }));
}

// Multicast, on loopback; not every sandbox has it.
class MulticastTest : public DiscoveryTest {
 protected:
  absl::StatusOr<std::unique_ptr<Multicast>> Join(Multicast::Callback heard) {
    return Multicast::Create(group_, {kLoopback}, loop_.get(),
                             std::move(heard));
  }

  void Use(size_t i) {
    absl::StatusOr<std::unique_ptr<Multicast>> multicast =
        Join([this, i](absl::string_view datagram) {
          discoveries_[i]->OnBeacon(datagram);
        });
    ASSERT_TRUE(multicast.ok()) << multicast.status();
    discoveries_[i]->Use(*std::move(multicast));
  }

  // Whether what is sent here comes back. Takes a port that nobody else uses.
  bool IsPossible() {
    const absl::StatusOr<UniqueFd> port = Listen({kLoopback, 0});
    group_ = {"239.255.71.1", *LocalPort(*port)};
    bool heard = false;
    absl::StatusOr<std::unique_ptr<Multicast>> multicast =
        Join([&](absl::string_view) { heard = true; });
    if (!multicast.ok()) {
      std::printf("SKIPPED: %s\n", multicast.status().ToString().c_str());
      return false;
    }
    for (int i = 0; i < 100 && !heard; ++i) {
      (*multicast)->Send("?");
      loop_->RunOnce(20 * kMillisecond);
    }
    if (!heard) std::printf("SKIPPED: multicast is not delivered here\n");
    return heard;
  }

  Endpoint group_;
};

TEST_F(MulticastTest, NoAddressIsNeeded) {
  MakeNodes(4);
  if (!IsPossible()) GTEST_SKIP() << "no multicast";
  for (size_t i = 0; i < 4; ++i) {
    Start(i, {});
    Use(i);
  }
  EXPECT_TRUE(RunUntil([&] { return AllUp(); }));
}

TEST_F(MulticastTest, GarbageAndForeignClustersAreCountedAndIgnored) {
  MakeNodes(2);
  if (!IsPossible()) GTEST_SKIP() << "no multicast";
  absl::StatusOr<std::unique_ptr<Multicast>> stranger =
      Join([](absl::string_view) {});
  ASSERT_TRUE(stranger.ok());
  Start(0, {});
  Use(0);
  const AddressRecord foreign{.cluster_id = "another",
                              .node = NodeId(1),
                              .number = 5,
                              .peer_addresses = {{kLoopback, 1}},
                              .client_address = {kLoopback, 1}};
  AddressRecord forged = foreign;
  forged.cluster_id = "test";
  ASSERT_TRUE(RunUntil([&] {
    (*stranger)->Send("garbage");
    (*stranger)->Send(std::string(5000, 'x'));
    (*stranger)->Send(SignRecord(foreign, keys_[1]));
    (*stranger)->Send(SignRecord(forged, keys_[0]));
    return Count(0, RecordVerdict::kMalformed) >= 2 &&
           Count(0, RecordVerdict::kForeign) >= 1 &&
           Count(0, RecordVerdict::kForged) >= 1;
  }));
  EXPECT_EQ(Known(0, 1), nullptr);
  // And who belongs here is found all the same.
  Start(1, {});
  Use(1);
  EXPECT_TRUE(RunUntil([&] { return AllUp(); }));
}

TEST_F(MulticastTest, AFloodIsLeftToTheSystem) {
  MakeNodes(1);
  if (!IsPossible()) GTEST_SKIP() << "no multicast";
  int heard = 0;
  absl::StatusOr<std::unique_ptr<Multicast>> multicast =
      Join([&](absl::string_view) { ++heard; });
  ASSERT_TRUE(multicast.ok());
  for (int i = 0; i < 200; ++i) (*multicast)->Send("flood");
  loop_->RunOnce(0);
  EXPECT_LE(heard, kDatagramsAtOnce);
  ASSERT_TRUE(PeerLinksTest::RunUntil([&] { return heard == 200; }));
}

TEST(MulticastAddressTest, IsOneOfItsRange) {
  EXPECT_TRUE(IsMulticast("239.255.71.1"));
  EXPECT_TRUE(IsMulticast("224.0.0.1"));
  EXPECT_FALSE(IsMulticast("127.0.0.1"));
  EXPECT_FALSE(IsMulticast("240.0.0.1"));
  EXPECT_FALSE(IsMulticast("ff02::1"));
  EXPECT_FALSE(IsMulticast("group"));
}

}  // namespace
}  // namespace distdb
