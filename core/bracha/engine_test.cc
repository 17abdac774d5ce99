#include "core/bracha/engine.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>

#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::InFlight;

TEST(EngineTest, DeliversEverywhereForEveryClusterSize) {
  for (const int n : {1, 2, 3, 4, 5, 6, 7, 10, 13, 64}) {
    Cluster cluster(n);
    cluster.Put(0, "name", "alice");
    cluster.Run();
    for (int node = 0; node < n; ++node) {
      EXPECT_EQ(cluster.Get(node, "name"), "alice") << n << " nodes";
      EXPECT_EQ(cluster.delivered(node).size(), 1u);
      EXPECT_TRUE(cluster.faults(node).empty());
    }
    ASSERT_EQ(cluster.replies(0).size(), 1u);
    EXPECT_TRUE(cluster.replies(0)[0].status.ok());
    EXPECT_EQ(cluster.replies(0)[0].token, (Dot{NodeId(0), Seq(1)}));
  }
}

TEST(EngineTest, ComesToRestWhenAllHaveAll) {
  Cluster cluster(4);
  cluster.Put(1, "k", "v");
  cluster.Run(60 * kSecond);
  int sent = 0;
  cluster.DropWhere([&sent](const InFlight&) {
    ++sent;
    return false;
  });
  cluster.Run(600 * kSecond);
  EXPECT_EQ(sent, 0);
}

TEST(EngineTest, WritesOfOneTurnShareAnInstance) {
  Cluster cluster(4);
  for (int i = 0; i < 50; ++i) cluster.Put(0, "k" + std::to_string(i), "v");
  cluster.Run();
  EXPECT_EQ(cluster.delivered(3).size(), 1u);
  EXPECT_EQ(cluster.replies(0).size(), 50u);
  EXPECT_EQ(cluster.Get(3, "k49"), "v");
}

TEST(EngineTest, AStreamIsDeliveredInOrderWhenItsMessagesAreNot) {
  Cluster cluster(4);
  cluster.Settle();
  for (int i = 1; i <= 10; ++i) {
    cluster.Put(0, "k", std::to_string(i));
    cluster.Tick(0);
    cluster.Sync(0);
  }
  std::deque<InFlight>& network = cluster.network();
  std::reverse(network.begin(), network.end());
  cluster.Run();
  for (int node = 0; node < 4; ++node) {
    ASSERT_EQ(cluster.delivered(node).size(), 10u);
    for (uint64_t i = 0; i < 10; ++i) {
      EXPECT_EQ(cluster.delivered(node)[i].instance.seq, Seq(i + 1));
    }
  }
}

}  // namespace
}  // namespace distdb::bracha
