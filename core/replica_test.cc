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

TEST(ReplicaTest, AWriteThatWaitedForABudgetGoesWhenPeersHaveCaughtUp) {
  Cluster cluster(4, [](Config& config) {
    config.window = 1;
    config.retained_bytes_max = 1;
  });
  cluster.Settle();
  cluster.DropWhere([](const InFlight& sent) {
    return sent.to == 0 && sent.message.kind == MessageKind::kWatermark;
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

TEST(ReplicaTest, AConfigurationOutOfRangeIsRefusedByName) {
  Cluster cluster(1);
  const Config good = cluster.replica(0).config();
  const auto complaint = [](const Config& config) {
    return std::string(Replica::Create(config, {}).status().message());
  };
  Config config = good;
  config.nodes = 0;
  EXPECT_EQ(complaint(config), "nodes is 0: give between 1 and 64");
  config = good;
  config.nodes = 65;
  EXPECT_EQ(complaint(config), "nodes is 65: give between 1 and 64");
  config = good;
  config.self = NodeId(1);
  EXPECT_EQ(complaint(config), "self is 1: give between 0 and 0");
  config = good;
  config.window = 0;
  EXPECT_EQ(complaint(config), "window is 0: give between 1 and 65536");
  config = good;
  config.digester = nullptr;
  EXPECT_EQ(complaint(config), "a digester is required");
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
