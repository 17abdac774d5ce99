// What is kept for members that lack it: each origin's share of the budget,
// and that no liar can use up another one's, or strand a node.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/bracha/engine.h"
#include "core/bracha/memory_bound.h"
#include "core/bracha/retention.h"
#include "core/bracha/stream.h"
#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::InFlight;

constexpr int kLiar = 3;

// Room for about six small instances of each origin.
void Limit(Config& config) {
  config.window = 2;
  config.retained_bytes_max = 4 * 6 * kRetainedInstanceBytes;
}

void PutSome(Cluster& cluster, int node, int count) {
  for (int i = 0; i < count; ++i) {
    cluster.Put(node, "k" + std::to_string(i), "v");
    cluster.Run(300 * kMillisecond);
  }
}

absl::StatusCode LastCode(const Cluster& cluster, int node) {
  return cluster.replies(node).back().status.code();
}

void Tell(Cluster& cluster, MessageKind kind, int to, int origin,
          uint64_t seq) {
  cluster.Inject(kLiar, to,
                 {.kind = kind, .instance = cluster.Id(origin, seq)});
}

size_t KeptAt(Cluster& cluster, int node) {
  return cluster.replica(node).Memory().retained_index / sizeof(Archived);
}

TEST(CollectTest, AnOriginThatIgnoresItsShareStopsItselfAlone) {
  // Node 0 proposes without end, as a liar does.
  Cluster cluster(4, [](Config& config) {
    Limit(config);
    if (config.self == NodeId(0)) config.retained_bytes_max = size_t{1} << 30;
  });
  cluster.Settle();
  cluster.Crash(kLiar);
  PutSome(cluster, 0, 20);
  const Retention retention = RetentionOf(cluster.replica(1).config());
  const size_t kept = KeptAt(cluster, 1);
  EXPECT_LE(kept, retention.instances_max);
  EXPECT_LT(kept, 20u) << "more of it is not echoed";
  cluster.Put(1, "other", "v");
  cluster.Run(kSecond);
  EXPECT_EQ(LastCode(cluster, 1), absl::StatusCode::kOk);
  EXPECT_EQ(cluster.Get(2, "other"), "v");
  // Nothing is lost: all goes on when the member is back.
  cluster.Restart(kLiar);
  cluster.Run();
  EXPECT_EQ(cluster.replica(kLiar).store().live_keys(), 21u);
}

// The liar tells its watermarks to the origin alone, for which the others have
// less room than for itself.
TEST(CollectTest, WhatAnOriginProposesHasRoomAtAllWhateverALiarTellsIt) {
  Cluster cluster(4, &Limit);
  cluster.Settle();
  cluster.Silence(kLiar);
  for (int i = 0; i < 20; ++i) {
    PutSome(cluster, 0, 1);
    Tell(cluster, MessageKind::kWatermark, 0, 0, cluster.delivered(0).size());
    cluster.Settle();
  }
  EXPECT_EQ(LastCode(cluster, 0), absl::StatusCode::kResourceExhausted);
  size_t accepted = 0;
  for (const Reply& reply : cluster.replies(0)) accepted += reply.status.ok();
  EXPECT_GE(accepted, 4u);
  EXPECT_EQ(cluster.replies(0).size(), 20u) << "each is answered";
  for (const int node : {0, 1, 2}) {
    EXPECT_EQ(cluster.delivered(node).size(), accepted) << "at " << node;
  }
  Tell(cluster, MessageKind::kWatermark, 1, 0, accepted);
  cluster.Run();
  PutSome(cluster, 0, 1);
  EXPECT_EQ(LastCode(cluster, 0), absl::StatusCode::kOk)
      << "f + 1 have collected, and all others with them";
}

TEST(CollectTest, WhatFPlusOneOthersHaveCollectedIsCollected) {
  Cluster cluster(4, &Limit);
  cluster.Settle();
  cluster.Silence(kLiar);
  PutSome(cluster, 0, 3);
  ASSERT_EQ(KeptAt(cluster, 2), 3u);
  // One word is the liar's own.
  Tell(cluster, MessageKind::kCollected, 2, 0, 1'000'000);
  cluster.Run(kSecond);
  EXPECT_EQ(KeptAt(cluster, 2), 3u);
  for (const int to : {0, 1}) {
    Tell(cluster, MessageKind::kWatermark, to, 0, 3);
  }
  cluster.Run(kSecond);
  EXPECT_EQ(KeptAt(cluster, 2), 0u);
}

// What the origin has collected on the word of others it cannot send again, so
// nothing would remind the peer to tell its watermark again.
TEST(CollectTest, AWatermarkThatWasLostIsKnownOnceOthersHaveCollected) {
  Cluster cluster(4, [](Config& config) {
    Limit(config);
    config.window = 1;
  });
  cluster.Settle();
  cluster.DropWhere([](const InFlight& sent) {
    return sent.from == 0 && sent.to == 2 &&
           sent.message.kind == MessageKind::kWatermark;
  });
  PutSome(cluster, 2, 1);
  ASSERT_EQ(KeptAt(cluster, 2), 0u);
  PutSome(cluster, 2, 1);
  cluster.Run();
  EXPECT_EQ(cluster.delivered(0).size(), 2u);
}

TEST(CollectTest, ANodeThatHearsNothingKeepsABoundedIndexAndLaterGoesOn) {
  Cluster cluster(4, &Limit);
  cluster.Settle();
  const auto lost = [](const InFlight& sent) {
    return sent.to == 2 && (sent.message.kind == MessageKind::kWatermark ||
                            sent.message.kind == MessageKind::kCollected);
  };
  cluster.DropWhere(lost);
  PutSome(cluster, 0, 40);
  const Retention retention = RetentionOf(cluster.replica(2).config());
  EXPECT_EQ(cluster.delivered(2).size(), retention.instances_max);
  EXPECT_EQ(KeptAt(cluster, 2), retention.instances_max);
  cluster.DropWhere(nullptr);
  cluster.Run();
  EXPECT_GT(cluster.delivered(2).size(), retention.instances_max);
  EXPECT_EQ(cluster.delivered(2).size(), cluster.delivered(0).size());
  PutSome(cluster, 0, 1);
  EXPECT_EQ(LastCode(cluster, 0), absl::StatusCode::kOk);
}

TEST(CollectTest, WhatIsCollectedStaysSoOverARestartOfAll) {
  Cluster cluster(4, &Limit);
  PutSome(cluster, 0, 60);
  ASSERT_EQ(cluster.delivered(0).size(), 60u);
  const Retention retention = RetentionOf(cluster.replica(0).config());
  for (int node = 0; node < 4; ++node) cluster.Crash(node);
  for (int node = 0; node < 4; ++node) {
    cluster.Restart(node);
    EXPECT_LE(KeptAt(cluster, node), retention.recovered_max);
    EXPECT_TRUE(IsWithin(cluster.replica(node).Memory(),
                         MemoryBound(cluster.replica(node).config())));
  }
  cluster.Run();
  PutSome(cluster, 0, 20);
  EXPECT_EQ(cluster.delivered(3).back().instance.seq, Seq(80));
}

TEST(CollectTest, ALogThatCollectsWhatWasNotDeliveredIsRefused) {
  Cluster cluster(4, &Limit);
  PutSome(cluster, 0, 1);
  std::vector<Record> records = cluster.disk(1);
  records.push_back({.token = records.back().token + 1,
                     .kind = RecordKind::kCollected,
                     .instance = cluster.Id(0, 1'000'000),
                     .digest = {},
                     .payload = {}});
  const auto replica = Replica::Create(cluster.replica(1).config(), records);
  ASSERT_FALSE(replica.ok());
  EXPECT_EQ(replica.status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace distdb::bracha
