// What a liar's messages may cost a correct node: each is answered with a
// bounded amount of work and memory.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/bracha/engine.h"
#include "core/store/batch.h"
#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::InFlight;

constexpr int kNodes = 7;
constexpr int kLiar = 0;
constexpr int kDown = 6;
constexpr uint32_t kWindow = 4;
constexpr uint64_t kInstances = 40;

void Limit(Config& config) {
  config.window = kWindow;
  config.retained_memory_bytes_max = 0;
}

// Node 1 delivers `kInstances` of its own, and keeps them for a node that is
// down, and for the liar, which tells no watermark.
void FillArchive(Cluster& cluster) {
  cluster.Settle();
  cluster.Crash(kDown);
  cluster.DropWhere([](const InFlight& sent) { return sent.from == kLiar; });
  for (uint64_t i = 1; i <= kInstances; ++i) {
    cluster.Put(1, "k" + std::to_string(i), "v");
    cluster.Settle();
    cluster.Run(kMillisecond);
  }
  ASSERT_EQ(cluster.delivered(1).size(), kInstances);
}

TEST(BoundsTest, AWatermarkIsAnsweredWithNoMoreThanAWindow) {
  Cluster cluster(kNodes, &Limit);
  ASSERT_NO_FATAL_FAILURE(FillArchive(cluster));
  constexpr uint64_t kLargest = std::numeric_limits<uint64_t>::max();
  for (const uint64_t told : {uint64_t{20}, kLargest - 2, kLargest}) {
    cluster.network().clear();
    cluster.Step(1, Receive{NodeId(kLiar),
                            {.kind = MessageKind::kWatermark,
                             .instance = cluster.Id(1, told)}});
    EXPECT_LE(cluster.network().size(), size_t{kWindow}) << "told " << told;
  }
}

TEST(BoundsTest, APeerHasNoMoreLoadedAtOnceThanItsWindowsHold) {
  Cluster cluster(kNodes, &Limit);
  ASSERT_NO_FATAL_FAILURE(FillArchive(cluster));
  Config config = cluster.replica(2).config();
  config.self = NodeId(1);
  const auto replica = Replica::Create(config, cluster.disk(1));
  ASSERT_TRUE(replica.ok()) << replica.status();
  Effects effects;
  (*replica)->Step(Tick{cluster.now(), WallTime(1)}, effects);
  const auto pull = [&](uint64_t seq) {
    const Delivery& delivery = cluster.delivered(1)[seq - 1];
    (*replica)->Step(Receive{NodeId(kLiar),
                             {.kind = MessageKind::kPull,
                              .instance = delivery.instance,
                              .digest = delivery.digest}},
                     effects);
  };
  for (uint64_t seq = 1; seq <= kInstances; ++seq) pull(seq);
  ASSERT_EQ(effects.load.size(), size_t{kWindow} * kNodes);
  // One that has been answered makes room for another.
  (*replica)->Step(LoadFailed{effects.load[0], "unreadable"}, effects);
  pull(kInstances);
  pull(kInstances - 1);
  EXPECT_EQ(effects.load.size(), size_t{kWindow} * kNodes + 1);
}

}  // namespace
}  // namespace distdb::bracha
