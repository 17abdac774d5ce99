#include "core/bracha/instance.h"

#include "core/quorum.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

Digest MakeDigest(uint8_t first) {
  Digest digest;
  digest.bytes[0] = first;
  return digest;
}

const Digest kA = MakeDigest(0xaa);
const Digest kB = MakeDigest(0xbb);

Quorums QuorumsFor(int n, QuorumPolicy policy = QuorumPolicy::kSafe) {
  return *ComputeQuorums(n, policy);
}

TEST(InstanceTest, EchoesTheFirstSendOnly) {
  Instance instance;
  const Outcome first = instance.HandleSend(kA);
  ASSERT_NE(first.echo, nullptr);
  EXPECT_EQ(*first.echo, kA);
  EXPECT_EQ(instance.HandleSend(kB).echo, nullptr);
  EXPECT_EQ(*instance.echoed(), kA);
}

TEST(InstanceTest, AskingToEchoCountsNoVote) {
  Instance instance;
  instance.HandleSend(kA);
  EXPECT_TRUE(instance.Supporters(kA).empty());
}

TEST(InstanceTest, ReadiesOnExactlyAnEchoQuorum) {
  for (int n = 1; n <= 13; ++n) {
    const Quorums quorums = QuorumsFor(n);
    Instance instance;
    for (int vote = 1; vote <= quorums.echo; ++vote) {
      EXPECT_EQ(instance.readied(), nullptr) << "n=" << n;
      instance.HandleEcho(quorums, NodeId(vote - 1), kA);
    }
    ASSERT_NE(instance.readied(), nullptr) << "n=" << n;
    EXPECT_EQ(*instance.readied(), kA);
  }
}

TEST(InstanceTest, AmplifiesOnExactlyFPlusOneReadies) {
  for (int n = 4; n <= 13; ++n) {
    const Quorums quorums = QuorumsFor(n);
    Instance instance;
    for (int vote = 1; vote <= quorums.f; ++vote) {
      instance.HandleReady(quorums, NodeId(vote), kA);
    }
    EXPECT_EQ(instance.readied(), nullptr) << "n=" << n;
    const Outcome outcome =
        instance.HandleReady(quorums, NodeId(quorums.f + 1), kA);
    ASSERT_NE(outcome.ready, nullptr) << "n=" << n;
    EXPECT_EQ(*outcome.ready, kA);
  }
}

TEST(InstanceTest, DecidesOnExactlyTwoFPlusOneReadies) {
  for (int n = 1; n <= 13; ++n) {
    const Quorums quorums = QuorumsFor(n);
    Instance instance;
    for (int vote = 1; vote <= quorums.deliver; ++vote) {
      EXPECT_EQ(instance.decided(), nullptr) << "n=" << n;
      instance.HandleReady(quorums, NodeId(vote - 1), kA);
    }
    ASSERT_NE(instance.decided(), nullptr) << "n=" << n;
    EXPECT_EQ(*instance.decided(), kA);
  }
}

TEST(InstanceTest, ARepeatedVoteCountsOnce) {
  const Quorums quorums = QuorumsFor(4);
  Instance instance;
  for (int i = 0; i < 10; ++i) {
    instance.HandleEcho(quorums, NodeId(1), kA);
    instance.HandleReady(quorums, NodeId(1), kA);
    instance.HandleDelivered(quorums, NodeId(1), kA);
  }
  EXPECT_EQ(instance.readied(), nullptr);
  EXPECT_EQ(instance.decided(), nullptr);
}

TEST(InstanceTest, VotesCountPerDigest) {
  const Quorums quorums = QuorumsFor(4);
  Instance instance;
  instance.HandleEcho(quorums, NodeId(0), kA);
  instance.HandleEcho(quorums, NodeId(1), kA);
  instance.HandleEcho(quorums, NodeId(2), kB);
  EXPECT_EQ(instance.readied(), nullptr);
  instance.HandleEcho(quorums, NodeId(3), kA);
  ASSERT_NE(instance.readied(), nullptr);
  EXPECT_EQ(*instance.readied(), kA);
}

TEST(InstanceTest, ASecondVoteForAnotherDigestConvicts) {
  const Quorums quorums = QuorumsFor(4);
  Instance instance;
  instance.HandleEcho(quorums, NodeId(1), kA);
  const Outcome echo = instance.HandleEcho(quorums, NodeId(1), kB);
  ASSERT_NE(echo.conflict, nullptr);
  EXPECT_EQ(*echo.conflict, kA);
  instance.HandleReady(quorums, NodeId(1), kB);
  const Outcome ready = instance.HandleDelivered(quorums, NodeId(1), kA);
  ASSERT_NE(ready.conflict, nullptr);
  EXPECT_EQ(*ready.conflict, kB);
}

TEST(InstanceTest, EchoForOneDigestAndReadyForAnotherConvictsNobody) {
  const Quorums quorums = QuorumsFor(4);
  Instance instance;
  EXPECT_EQ(instance.HandleEcho(quorums, NodeId(1), kA).conflict, nullptr);
  EXPECT_EQ(instance.HandleReady(quorums, NodeId(1), kB).conflict, nullptr);
}

TEST(InstanceTest, FPlusOneClaimsProveADelivery) {
  const Quorums quorums = QuorumsFor(7);
  Instance instance;
  instance.HandleDelivered(quorums, NodeId(1), kA);
  instance.HandleDelivered(quorums, NodeId(2), kA);
  EXPECT_EQ(instance.decided(), nullptr);
  instance.HandleDelivered(quorums, NodeId(3), kA);
  ASSERT_NE(instance.decided(), nullptr);
  // Its own READY goes out too, for nodes that have fewer claims.
  ASSERT_NE(instance.readied(), nullptr);
  EXPECT_EQ(*instance.readied(), kA);
}

TEST(InstanceTest, ClaimsAndReadiesTogetherMakeADeliverQuorum) {
  const Quorums quorums = QuorumsFor(4);
  Instance instance;
  instance.HandleDelivered(quorums, NodeId(1), kA);
  instance.HandleReady(quorums, NodeId(2), kA);
  EXPECT_EQ(instance.decided(), nullptr);
  instance.HandleReady(quorums, NodeId(3), kA);
  EXPECT_NE(instance.decided(), nullptr);
}

TEST(InstanceTest, ARestoredVoteIsNotRevised) {
  const Quorums quorums = QuorumsFor(4);
  Instance instance;
  instance.RestoreEcho(NodeId(0), kA);
  instance.RestoreReady(NodeId(0), kB);
  EXPECT_EQ(instance.HandleSend(kB).echo, nullptr);
  for (int node = 1; node <= 3; ++node) {
    EXPECT_EQ(instance.HandleEcho(quorums, NodeId(node), kA).ready, nullptr);
  }
  EXPECT_EQ(*instance.echoed(), kA);
  EXPECT_EQ(*instance.readied(), kB);
}

TEST(InstanceTest, AClusterOfOneResumesWhatItsOwnVotesSufficeFor) {
  const Quorums quorums = QuorumsFor(1);
  Instance instance;
  instance.RestoreEcho(NodeId(0), kA);
  const Outcome outcome = instance.Resume(quorums);
  ASSERT_NE(outcome.ready, nullptr);
  instance.HandleReady(quorums, NodeId(0), *outcome.ready);
  EXPECT_NE(instance.decided(), nullptr);
}

TEST(InstanceTest, LiarsCannotGrowItBeyondItsBound) {
  constexpr int kNodes = 13;
  const Quorums quorums = QuorumsFor(kNodes);
  Instance instance;
  for (int value = 0; value < 200; ++value) {
    instance.HandleSend(MakeDigest(static_cast<uint8_t>(value)));
    for (int node = 0; node < kNodes; ++node) {
      const auto digest =
          MakeDigest(static_cast<uint8_t>(value * 31 + node * 7 + 1));
      instance.HandleEcho(quorums, NodeId(node), digest);
      instance.HandleReady(quorums, NodeId(node), digest);
    }
  }
  EXPECT_LE(instance.tallies().size(), 2u * kNodes + 1);
}

}  // namespace
}  // namespace distdb::bracha
