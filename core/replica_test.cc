#include "core/replica.h"

#include <string>
#include <vector>

#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::InFlight;

absl::StatusCode LastCode(const Cluster& cluster, int node) {
  return cluster.replies(node).back().status.code();
}

Request GetRequest(const std::string& key, Dot at_least) {
  return {ClientId(1), RequestId(77), Get{.key = key, .at_least = at_least}};
}

TEST(ReplicaTest, AReadThatGivesATokenWaitsForTheWrite) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Step(3, GetRequest("k", {NodeId(0), Seq(1)}));
  EXPECT_TRUE(cluster.replies(3).empty());
  cluster.Put(0, "k", "v");
  cluster.Settle();
  ASSERT_EQ(cluster.replies(3).size(), 1u);
  ASSERT_EQ(cluster.replies(3)[0].entries.size(), 1u);
  EXPECT_EQ(cluster.replies(3)[0].entries[0].value, "v");
}

TEST(ReplicaTest, AReadOfAWriteThatNeverComesIsAnsweredInTime) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Step(3, GetRequest("k", {NodeId(0), Seq(9)}));
  cluster.Run(60 * kSecond);
  ASSERT_EQ(cluster.replies(3).size(), 1u);
  EXPECT_EQ(LastCode(cluster, 3), absl::StatusCode::kDeadlineExceeded);
}

TEST(ReplicaTest, AWriteWithoutAQuorumIsAnsweredInTime) {
  Cluster cluster(4);
  cluster.Crash(2);
  cluster.Crash(3);
  cluster.Put(0, "k", "v");
  cluster.Run(60 * kSecond);
  ASSERT_EQ(cluster.replies(0).size(), 1u);
  EXPECT_EQ(LastCode(cluster, 0), absl::StatusCode::kDeadlineExceeded);
  // "It may still be delivered": it is, and nobody is answered twice.
  cluster.Restart(2);
  cluster.Run();
  EXPECT_EQ(cluster.Get(0, "k"), "v");
  EXPECT_EQ(cluster.replies(0).size(), 1u);
}

TEST(ReplicaTest, MutationsOfAWriteApplyTogether) {
  Cluster cluster(4);
  cluster.Put(1, "a", "0");
  cluster.Run();
  Write write;
  write.mutations = {{MutationKind::kPut, "a", "1"},
                     {MutationKind::kPut, "b", "2"},
                     {MutationKind::kDelete, "a", ""}};
  cluster.Tick(0);
  cluster.Step(0, Request{ClientId(1), RequestId(1), write});
  cluster.Run();
  const Reply& reply = cluster.replies(0).back();
  EXPECT_TRUE(reply.status.ok());
  EXPECT_EQ(reply.existed, 2u);  // `a` before its put, and before its delete.
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(cluster.Get(node, "a"), "(nil)");
    EXPECT_EQ(cluster.Get(node, "b"), "2");
  }
}

TEST(ReplicaTest, RequestsBeyondALimitAreRefusedAndChangeNothing) {
  Cluster cluster(4);
  cluster.Settle();
  const auto refused = [&cluster](Command command) {
    cluster.Step(0, Request{ClientId(1), RequestId(1), std::move(command)});
    return !cluster.replies(0).empty() &&
           LastCode(cluster, 0) == absl::StatusCode::kInvalidArgument;
  };
  const std::string long_key(kKeyBytesMax + 1, 'k');
  const std::string long_value(kValueBytesMax + 1, 'v');
  EXPECT_TRUE(refused(Write{}));
  EXPECT_TRUE(refused(Write{{{MutationKind::kPut, long_key, "v"}}}));
  EXPECT_TRUE(refused(Write{{{MutationKind::kPut, "k", long_value}}}));
  EXPECT_TRUE(refused(Write{{{MutationKind::kDelete, "k", "v"}}}));
  EXPECT_TRUE(refused(Get{"k", {NodeId(4), Seq(1)}}));
  EXPECT_TRUE(refused(List{.limit = 0}));
  EXPECT_TRUE(refused(List{.limit = kListLimitMax + 1}));
  EXPECT_TRUE(refused(Get{long_key, {}}));
  EXPECT_TRUE(refused(List{.prefix = long_key}));
  EXPECT_TRUE(refused(List{.start = long_key + "k"}));
  cluster.Run();
  EXPECT_TRUE(cluster.delivered(0).empty());
}

TEST(ReplicaTest, WritesBeyondTheWindowWaitAndThenGo) {
  Cluster cluster(4, [](Config& config) { config.window = 1; });
  for (int i = 0; i < 5; ++i) {
    cluster.Put(0, "k" + std::to_string(i), "v");
    cluster.Tick(0);
  }
  cluster.Run();
  EXPECT_EQ(cluster.replies(0).size(), 5u);
  // The first alone, the four that waited for it together.
  EXPECT_EQ(cluster.delivered(2).size(), 2u);
}

TEST(ReplicaTest, TooManyWaitingBytesAreRefused) {
  Cluster cluster(4, [](Config& config) {
    config.window = 1;
    config.waiting_bytes_max = config.payload_bytes_max + 1'000;
  });
  cluster.Crash(2);
  cluster.Crash(3);
  const std::string value(900'000, 'v');
  for (int i = 0; i < 4; ++i) {
    cluster.Put(0, "k" + std::to_string(i), value);
    cluster.Tick(0);
  }
  ASSERT_EQ(cluster.replies(0).size(), 1u);
  EXPECT_EQ(LastCode(cluster, 0), absl::StatusCode::kResourceExhausted);
}

TEST(ReplicaTest, ReadsThatWaitHaveABudgetOfBytes) {
  constexpr size_t kReads = 4;
  Cluster cluster(4, [](Config& config) {
    config.waiting_reads_bytes_max =
        kReads * (kWaitingReadBytes + kKeyBytesMax);
  });
  cluster.Settle();
  const auto read = [&cluster](uint64_t seq) {
    cluster.Step(
        0, Request{ClientId(1), RequestId(1),
                   Get{std::string(kKeyBytesMax, 'k'), {NodeId(1), Seq(seq)}}});
  };
  for (size_t i = 0; i < kReads; ++i) read(1);
  EXPECT_TRUE(cluster.replies(0).empty());
  EXPECT_EQ(cluster.replica(0).Memory().waiting_reads,
            cluster.replica(0).config().waiting_reads_bytes_max);
  read(1);
  ASSERT_EQ(cluster.replies(0).size(), 1u);
  EXPECT_EQ(LastCode(cluster, 0), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(cluster.replies(0)[0].status.message(),
            "4 reads wait already for writes that they are to see, of 262912 "
            "bytes: try again");
  // What they wait for comes, or does not come in time: both make room.
  cluster.Put(1, "k", "v");
  cluster.Run(kSecond);
  EXPECT_EQ(cluster.replies(0).size(), 1u + kReads);
  EXPECT_EQ(cluster.replica(0).Memory().waiting_reads, 0u);
  read(2);
  EXPECT_GT(cluster.replica(0).Memory().waiting_reads, 0u);
  cluster.Run();
  EXPECT_EQ(LastCode(cluster, 0), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(cluster.replica(0).Memory().waiting_reads, 0u);
}

TEST(ReplicaTest, WritesAreCountedUntilTheyAreAnswered) {
  Cluster cluster(4, [](Config& config) { config.window = 1; });
  cluster.Settle();
  for (int i = 0; i < 5; ++i) {
    cluster.Put(0, "k" + std::to_string(i), "value");
    cluster.Tick(0);
  }
  EXPECT_GT(cluster.replica(0).Memory().waiting_writes,
            5 * (kWaitingWriteBytes + 4 + 5));
  cluster.Run();
  EXPECT_EQ(cluster.replies(0).size(), 5u);
  EXPECT_EQ(cluster.replica(0).Memory().waiting_writes, 0u);
}

TEST(ReplicaTest, ALiarThatRepeatsItselfIsReportedOnceAndCounted) {
  Cluster cluster(4);
  cluster.Settle();
  for (int i = 0; i < 100; ++i) {
    for (const char* payload : {"no batch", "none either"}) {
      cluster.Inject(3, 0,
                     {.kind = MessageKind::kSend,
                      .instance = cluster.Id(3, 1),
                      .payload = Payload(std::string(payload))});
    }
  }
  cluster.Settle();
  ASSERT_EQ(cluster.faults(0).size(), 2u);
  EXPECT_NE(cluster.faults(0)[0].first, cluster.faults(0)[1].first);
  const Evidence& evidence = cluster.replica(0).evidence();
  EXPECT_EQ(evidence.Count(NodeId(3), FaultKind::kMalformedPayload), 200u);
  EXPECT_EQ(evidence.Proofs(NodeId(3), FaultKind::kMalformedPayload).size(),
            2u);
  EXPECT_EQ(evidence.Count(NodeId(1)), 0u);
}

TEST(ReplicaTest, AWriteThatWaitedForABudgetGoesWhenPeersHaveCaughtUp) {
  Cluster cluster(4, [](Config& config) {
    config.window = 1;
    config.retained_bytes_max = 1;
  });
  cluster.Settle();
  cluster.DropWhere([](const InFlight& sent) {
    return sent.to == 0 && (sent.message.kind == MessageKind::kWatermark ||
                            sent.message.kind == MessageKind::kCollected);
  });
  cluster.Put(0, "k1", "v");
  cluster.Tick(0);
  cluster.Put(0, "k2", "v");
  cluster.Tick(0);
  cluster.Settle();
  ASSERT_EQ(cluster.Get(0, "k1"), "v");
  ASSERT_EQ(cluster.Get(0, "k2"), "(nil)");
  cluster.DropWhere(nullptr);
  for (int from = 1; from < 4; ++from) {
    cluster.Inject(
        from, 0,
        {.kind = MessageKind::kWatermark, .instance = cluster.Id(0, 1)});
    cluster.Inject(
        from, 0,
        {.kind = MessageKind::kCollected, .instance = cluster.Id(0, 1'000)});
  }
  // No time passes, so no Tick comes to its help.
  cluster.Settle();
  EXPECT_EQ(cluster.Get(0, "k2"), "v");
}

TEST(ReplicaTest, ANodeAloneCountsNothingAsRetainedAfterARestart) {
  Cluster cluster(1, [](Config& config) { config.retained_bytes_max = 1; });
  cluster.Put(0, "k1", "v");
  cluster.Run();
  cluster.Crash(0);
  cluster.Restart(0);
  cluster.Put(0, "k2", "v");
  cluster.Run();
  EXPECT_EQ(LastCode(cluster, 0), absl::StatusCode::kOk);
  EXPECT_EQ(cluster.Get(0, "k2"), "v");
}

// The first write is on the disk of node 0 alone when it crashes, and its wall
// clock then jumps back. The second one is the later of the two all the same.
TEST(ReplicaTest, AWriteComesAfterTheOwnOneThatACrashInterrupted) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Put(0, "k", "first");
  cluster.Step(0, Tick{cluster.now(), WallTime(3600 * kSecond)});
  cluster.Crash(0, /*kept=*/1);
  ASSERT_EQ(cluster.disk(0).size(), 1u);
  cluster.Restart(0);
  cluster.Put(0, "k", "second");
  cluster.Tick(0);
  cluster.Run();
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(cluster.delivered(node).size(), 2u);
    EXPECT_EQ(cluster.Get(node, "k"), "second");
  }
}

TEST(ReplicaTest, ABatchNeverTakesMoreMutationsThanItHolds) {
  Cluster cluster(1, [](Config& config) {
    config.payload_bytes_max = 32 * 1024 * 1024;
    config.window_bytes_max = 2 * config.payload_bytes_max;
    config.waiting_bytes_max = 2 * config.payload_bytes_max;
  });
  const Mutation mutation{MutationKind::kDelete, "", ""};
  for (const uint32_t mutations : {1u, kBatchMutationsMax}) {
    cluster.Step(0, Request{ClientId(1), RequestId(mutations),
                            Write{{mutations, mutation}}});
  }
  cluster.Tick(0);
  cluster.Crash(0, /*kept=*/2);
  EXPECT_EQ(cluster.disk(0).size(), 2u);  // Two instances, not one too large.
}

// Beyond the tolerance nothing is promised, but a node does not fall over.
TEST(ReplicaTest, AWriteThatTooManyLiarsReplaceIsNotAnsweredOk) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.DropWhere([](const InFlight&) { return true; });
  cluster.Put(2, "k", "v");
  cluster.Tick(2);
  const InstanceId id = cluster.Id(2, 1);
  const std::string junk = "no batch at all";
  for (int liar = 0; liar < 2; ++liar) {
    cluster.Inject(liar, 2,
                   {.kind = MessageKind::kDelivered,
                    .instance = id,
                    .digest = cluster.DigestOf(id, junk)});
  }
  cluster.Inject(0, 2,
                 {.kind = MessageKind::kPayload,
                  .instance = id,
                  .payload = Payload(junk)});
  cluster.Settle();
  ASSERT_EQ(cluster.replies(2).size(), 1u);
  EXPECT_EQ(LastCode(cluster, 2), absl::StatusCode::kDataLoss);
}

// Two replicas, equal events, equal effects: what everything here stands on.
TEST(ReplicaTest, EqualEventsHaveEqualEffects) {
  const auto run = [] {
    Cluster cluster(7);
    for (int i = 0; i < 20; ++i) {
      cluster.Put(i % 6, "k" + std::to_string(i % 5), std::to_string(i));
      if (i == 9) cluster.Crash(6);
      cluster.Run(kSecond);
    }
    std::vector<std::vector<Record>> disks;
    for (int node = 0; node < 7; ++node) disks.push_back(cluster.disk(node));
    return disks;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace distdb
