// Real processes that are killed, stopped and restarted at random moments under
// load: every write that was answered OK is there at the end, all replicas are
// equal, and what they hold came from a client.
//
//   --test_env=DISTDB_CYCLES=200   kills so often; as a rule 50 times
//   --test_env=DISTDB_SEED=7       with other draws of who dies, and when

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "node/testing/program.h"
#include "node/testing/test_cluster.h"
#include "node/testing/workload.h"

namespace distdb {
namespace {

int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  int value = 0;
  if (text == nullptr) return otherwise;
  EXPECT_TRUE(absl::SimpleAtoi(text, &value)) << name << "=" << text;
  return value;
}

int Cycles() { return FromEnvironment("DISTDB_CYCLES", 50); }

// Where snapshots and removals of segments happen all the time, too.
constexpr char kSmallSegments[] =
    "segment_bytes: 65536 snapshot_log_bytes: 131072";

class CrashTest : public ::testing::Test {
 protected:
  int Draw(int from, int to) {
    return std::uniform_int_distribution<int>(from, to)(random_);
  }

  // Ids of `count` different nodes.
  std::vector<int> DrawNodes(TestCluster& cluster, int count) {
    std::vector<int> ids;
    for (int id = 1; id <= cluster->nodes(); ++id) ids.push_back(id);
    std::shuffle(ids.begin(), ids.end(), random_);
    ids.resize(count);
    return ids;
  }

  // A random moment, told by the clients' progress.
  void AwaitMoment(const Workload& load) {
    EXPECT_TRUE(load.AwaitAnswered(Draw(1, 60))) << "writes do not go on";
  }

  // Kills `count` nodes one soon after the other, and starts them again.
  void KillSome(TestCluster& cluster, const Workload& load, int count) {
    const std::vector<int> victims = DrawNodes(cluster, count);
    for (const int id : victims) cluster.Kill(id);
    const bool may_go_on = count <= (cluster->nodes() - 1) / 3;
    if (may_go_on) AwaitMoment(load);
    for (const int id : victims) cluster.Start(id);
  }

  void KillAll(TestCluster& cluster) {
    cluster.EndAll(SIGKILL);
    cluster.StartAll();
  }

  // At the end: in memory, and once more with what is on disk alone.
  void ExpectNothingLost(TestCluster& cluster, Workload& load) {
    load.Stop();
    ExpectAllHold(*cluster, load.answered());
    KillAll(cluster);
    ExpectAllHold(*cluster, load.answered());
    RecordProperty("answered", static_cast<int>(load.answered().size()));
    RecordProperty("failed", static_cast<int>(load.failed()));
  }

 private:
  std::mt19937 random_{
      static_cast<unsigned>(FromEnvironment("DISTDB_SEED", 1))};
};

TEST_F(CrashTest, KilledAtRandomFourNodesLoseNoAnsweredWrite) {
  TestCluster cluster(4, kSmallSegments);
  const std::unique_ptr<Workload> load = StartWorkload(*cluster, 6);
  for (int cycle = 0; cycle < Cycles() && !HasFailure(); ++cycle) {
    AwaitMoment(*load);
    // Two are more than may fail: until they are back, writes wait.
    switch (Draw(1, 10)) {
      case 1:
        KillAll(cluster);
        break;
      case 2:
        KillSome(cluster, *load, 2);
        break;
      default:
        KillSome(cluster, *load, 1);
    }
  }
  ExpectNothingLost(cluster, *load);
}

TEST_F(CrashTest, KilledAtRandomSevenNodesLoseNoAnsweredWrite) {
  TestCluster cluster(7, kSmallSegments);
  const std::unique_ptr<Workload> load = StartWorkload(*cluster, 7);
  for (int cycle = 0; cycle < Cycles() / 10 && !HasFailure(); ++cycle) {
    AwaitMoment(*load);
    KillSome(cluster, *load, Draw(1, 2));
  }
  ExpectNothingLost(cluster, *load);
}

TEST_F(CrashTest, TheOthersGoOnWithoutAStoppedNodeAndItCatchesUp) {
  TestCluster cluster(4, "idle_timeout_ms: 500");
  const std::unique_ptr<Workload> load = StartWorkload(*cluster, 6);
  EXPECT_TRUE(load->AwaitAnswered(50));
  cluster->Signal(4, SIGSTOP);
  // Who asks it waits; the other clients do not, nor when it is given up.
  EXPECT_TRUE(load->AwaitAnswered(200));
  EXPECT_TRUE(Eventually([&] { return cluster.Counter(1, "nodes_up") == 3; }));
  EXPECT_TRUE(load->AwaitAnswered(200));
  cluster->Signal(4, SIGCONT);
  EXPECT_TRUE(Eventually([&] { return cluster.Counter(1, "nodes_up") == 4; }));
  EXPECT_TRUE(load->AwaitAnswered(50));
  ExpectNothingLost(cluster, *load);
}

TEST_F(CrashTest, WritesWaitWhileMoreAreStoppedThanMayFail) {
  TestCluster cluster(4, "idle_timeout_ms: 500 request_timeout_ms: 60000");
  cluster->Signal(3, SIGSTOP);
  cluster->Signal(4, SIGSTOP);
  EXPECT_TRUE(Eventually([&] { return cluster.Counter(1, "nodes_up") == 2; }));
  const int64_t records = cluster.Counter(1, "log_records");
  const std::unique_ptr<Workload> load = StartWorkload(*cluster, 2);
  // A write has come in, and waits.
  EXPECT_TRUE(
      Eventually([&] { return cluster.Counter(1, "log_records") > records; }));
  cluster->Signal(3, SIGCONT);
  EXPECT_TRUE(load->AwaitAnswered(50));
  cluster->Signal(4, SIGCONT);
  EXPECT_TRUE(Eventually([&] { return cluster.Counter(1, "nodes_up") == 4; }));
  ExpectNothingLost(cluster, *load);
  EXPECT_EQ(load->failed(), 0u);
}

TEST_F(CrashTest, ARestartOfAllAtOnceUnderLoadLosesNothing) {
  TestCluster cluster(4, kSmallSegments);
  const std::unique_ptr<Workload> load = StartWorkload(*cluster, 6);
  for (int round = 0; round < 3; ++round) {
    AwaitMoment(*load);
    cluster.EndAll(SIGTERM);
    for (int id = 1; id <= 4; ++id) {
      EXPECT_NE(cluster.Told(id).rfind("closed"), std::string::npos);
    }
    cluster.StartAll();
  }
  ExpectNothingLost(cluster, *load);
}

}  // namespace
}  // namespace distdb
