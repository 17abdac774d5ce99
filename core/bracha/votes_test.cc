// What votes need before they are said and counted, and what they convict.

#include <string>
#include <vector>

#include "core/bracha/engine.h"
#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::PutPayload;
using ::distdb::testing::SendOf;
using ::distdb::testing::VoteOf;

TEST(VotesTest, NothingIsSaidBeforeItIsDurable) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Put(0, "k", "v");
  cluster.Tick(0);
  EXPECT_TRUE(cluster.network().empty());
  cluster.Sync(0);
  EXPECT_EQ(cluster.network().size(), 6u);  // SEND and ECHO to three peers.
}

TEST(VotesTest, TheOwnVoteCountsOnlyOnceItIsDurable) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Silence(0);
  const InstanceId id = cluster.Id(0, 1);
  const std::string payload = PutPayload("k", "v");
  const Digest digest = cluster.DigestOf(id, payload);
  cluster.Step(1, Receive{NodeId(0), SendOf(id, payload)});
  cluster.Step(1, Receive{NodeId(2), VoteOf(MessageKind::kEcho, id, digest)});
  cluster.Step(1, Receive{NodeId(3), VoteOf(MessageKind::kEcho, id, digest)});
  // Two ECHOs and the own one, not yet on disk: no READY.
  cluster.Crash(1, /*kept=*/100);
  ASSERT_EQ(cluster.disk(1).size(), 1u);
  EXPECT_EQ(cluster.disk(1)[0].kind, RecordKind::kEcho);
}

TEST(VotesTest, OneValueWhereTheOriginEquivocates) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Silence(0);
  const InstanceId id = cluster.Id(0, 1);
  const std::string a = PutPayload("k", "a");
  const std::string b = PutPayload("k", "b");
  cluster.Inject(0, 1, SendOf(id, a));
  cluster.Inject(0, 2, SendOf(id, a));
  cluster.Inject(0, 3, SendOf(id, b));
  for (int to = 1; to <= 3; ++to) {
    const std::string& value = to == 3 ? b : a;
    const Digest digest = cluster.DigestOf(id, value);
    cluster.Inject(0, to, VoteOf(MessageKind::kEcho, id, digest));
    cluster.Inject(0, to, VoteOf(MessageKind::kReady, id, digest));
  }
  cluster.Run();
  // `a` has three ECHOs at p1 and p2; p3, which echoed `b`, pulls `a`.
  for (int node = 1; node <= 3; ++node) {
    EXPECT_EQ(cluster.Get(node, "k"), "a") << "node " << node;
  }
}

TEST(VotesTest, BothPayloadsOfAnEquivocatorConvictIt) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Silence(0);
  const InstanceId id = cluster.Id(0, 1);
  cluster.Inject(0, 1, SendOf(id, PutPayload("k", "a")));
  cluster.Inject(0, 1, SendOf(id, PutPayload("k", "b")));
  cluster.Settle();
  ASSERT_EQ(cluster.faults(1).size(), 1u);
  EXPECT_EQ(cluster.faults(1)[0].node, NodeId(0));
  EXPECT_EQ(cluster.faults(1)[0].kind, FaultKind::kConflictingSend);
}

TEST(VotesTest, ForgedAndMalformedMessagesConvictTheirSender) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Silence(0);
  const std::string payload = PutPayload("k", "v");
  cluster.Inject(0, 1, SendOf(cluster.Id(2, 1), payload));
  cluster.Inject(0, 1, SendOf(cluster.Id(0, 1), "no batch"));
  cluster.Inject(0, 1, VoteOf(MessageKind::kEcho, cluster.Id(9, 1), {}));
  cluster.Inject(0, 1, VoteOf(MessageKind::kReady, cluster.Id(0, 0), {}));
  cluster.Inject(0, 1,
                 VoteOf(static_cast<MessageKind>(99), cluster.Id(0, 1), {}));
  cluster.Settle();
  std::vector<FaultKind> kinds;
  for (const Fault& fault : cluster.faults(1)) kinds.push_back(fault.kind);
  EXPECT_EQ(kinds,
            (std::vector<FaultKind>{
                FaultKind::kForgedSend, FaultKind::kMalformedPayload,
                FaultKind::kMalformedMessage, FaultKind::kMalformedMessage,
                FaultKind::kMalformedMessage}));
}

TEST(VotesTest, VotesOfAnotherEpochCountForNothing) {
  Cluster cluster(4);
  cluster.Settle();
  InstanceId id = cluster.Id(0, 1);
  id.epoch = Epoch(9);
  for (int from = 1; from <= 3; ++from) {
    cluster.Inject(from, 0, VoteOf(MessageKind::kDelivered, id, {}));
  }
  cluster.Run();
  EXPECT_TRUE(cluster.delivered(0).empty());
  EXPECT_EQ(cluster.replica(0).Watermark(NodeId(0)), Seq(0));
}

TEST(VotesTest, FClaimsBringInNothing) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Silence(0);
  const InstanceId id = cluster.Id(0, 1);
  const std::string payload = PutPayload("k", "invented");
  const Digest digest = cluster.DigestOf(id, payload);
  cluster.Inject(0, 1, VoteOf(MessageKind::kDelivered, id, digest));
  cluster.Inject(0, 1,
                 {.kind = MessageKind::kPayload,
                  .instance = id,
                  .payload = Payload(payload)});
  cluster.Run();
  EXPECT_TRUE(cluster.delivered(1).empty());
}

}  // namespace
}  // namespace distdb::bracha
