// Byte budgets and full disks: what is refused, and that nothing is lost.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/bracha/engine.h"
#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::PutPayload;
using ::distdb::testing::SendOf;

TEST(BudgetsTest, ANodeThatIsDownHoldsBackWritesOnceTheBudgetIsFull) {
  Cluster cluster(4, [](Config& config) { config.retained_bytes_max = 2'000; });
  cluster.Crash(3);
  const std::string value(500, 'x');
  size_t refused = 0;
  for (int i = 0; i < 10; ++i) {
    cluster.Put(0, "k" + std::to_string(i), value);
    cluster.Run(kSecond);
  }
  for (const Reply& reply : cluster.replies(0)) {
    if (reply.status.code() == absl::StatusCode::kResourceExhausted) ++refused;
  }
  EXPECT_GT(refused, 0u);
  EXPECT_LT(refused, 10u);
  cluster.Restart(3);
  cluster.Run();
  cluster.Put(0, "after", "v");
  cluster.Run();
  EXPECT_TRUE(cluster.replies(0).back().status.ok())
      << cluster.replies(0).back().status;
  EXPECT_EQ(cluster.Get(3, "after"), "v");
}

TEST(BudgetsTest, ALiarsFloodIsHeldToTheByteBudget) {
  Cluster cluster(4, [](Config& config) {
    config.window = 64;
    config.window_bytes_max = 4'000;
  });
  cluster.Settle();
  cluster.Silence(0);
  const std::string value(1'000, 'x');
  // `low` is not among them, so nothing moves on.
  for (uint64_t seq = 2; seq <= 64; ++seq) {
    cluster.Inject(0, 1, SendOf(cluster.Id(0, seq), PutPayload("k", value)));
  }
  cluster.Settle();
  EXPECT_EQ(cluster.disk(1).size(), 3u);
  // `low` always has room.
  cluster.Inject(0, 1, SendOf(cluster.Id(0, 1), PutPayload("k", value)));
  cluster.Settle();
  EXPECT_EQ(cluster.disk(1).size(), 4u);
}

TEST(BudgetsTest, ATinyByteBudgetSlowsAStreamAndNeverBlocksIt) {
  Cluster cluster(4, [](Config& config) { config.window_bytes_max = 1; });
  for (int i = 0; i < 10; ++i) {
    cluster.Put(i % 4, "k" + std::to_string(i), std::string(100, 'x'));
    cluster.Tick(i % 4);
  }
  cluster.Run();
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(cluster.replica(node).store().live_keys(), 10u);
  }
}

TEST(BudgetsTest, AFullDiskRefusesWritesAndLosesNothing) {
  Cluster cluster(4);
  cluster.Put(0, "before", "v");
  cluster.Run();
  cluster.FillDisk(1);
  cluster.Put(0, "during", "v");
  cluster.Run(kSecond);
  EXPECT_EQ(cluster.Get(0, "during"), "v");  // The other three suffice.
  EXPECT_EQ(cluster.Get(1, "during"), "(nil)");
  cluster.Put(1, "refused", "v");
  ASSERT_EQ(cluster.replies(1).size(), 1u);
  EXPECT_EQ(cluster.replies(1)[0].status.code(),
            absl::StatusCode::kUnavailable);
  cluster.EmptyDisk(1);
  cluster.Run();
  EXPECT_EQ(cluster.Get(1, "during"), "v");
  cluster.Crash(1);
  cluster.Restart(1);
  cluster.Run();
  EXPECT_EQ(cluster.Get(1, "during"), "v");
}

}  // namespace
}  // namespace distdb::bracha
