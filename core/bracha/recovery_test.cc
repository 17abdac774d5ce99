// Crashes at any point, and records that none explains.

#include <cstddef>
#include <string>
#include <vector>

#include "core/bracha/engine.h"
#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;

// Runs three writes, with a crash of `victim` at its `at`-th sync, of which the
// first `kept` records survive. The cluster watches that no vote is
// contradicted. Returns false when `at` is beyond the run.
bool CrashAt(int victim, int at, size_t kept) {
  Cluster cluster(4, [](Config& config) { config.window = 2; });
  int syncs = 0;
  bool crashed = false;
  const auto settle = [&] {
    for (bool progress = true; progress;) {
      progress = cluster.DeliverOne();
      for (int node = 0; node < 4; ++node) {
        if (!cluster.alive(node)) continue;
        if (node == victim && !crashed && syncs++ == at) {
          cluster.Crash(node, kept);
          crashed = true;
          progress = true;
          continue;
        }
        const size_t before = cluster.disk(node).size();
        cluster.Sync(node);
        progress |= cluster.disk(node).size() != before;
      }
    }
  };
  for (int i = 0; i < 3; ++i) {
    const int writer = i % 2;
    if (cluster.alive(writer)) {
      cluster.Put(writer, "k" + std::to_string(i), "v");
      cluster.Tick(writer);
    }
    settle();
  }
  if (!crashed) return false;
  cluster.Run(kSecond);
  cluster.Restart(victim);
  cluster.Put(2, "after", "v");
  cluster.Run(120 * kSecond);
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(cluster.Get(node, "after"), "v");
    EXPECT_TRUE(cluster.faults(node).empty()) << "a correct node is convicted";
    EXPECT_EQ(cluster.replica(node).store().entries(),
              cluster.replica(0).store().entries())
        << "node " << node;
  }
  return true;
}

TEST(RecoveryTest, ACrashAtAnyPointWithAnyRecordsLostContradictsNothing) {
  for (const int victim : {0, 1, 3}) {
    for (size_t kept = 0; kept < 4; ++kept) {
      int at = 0;
      while (CrashAt(victim, at, kept)) {
        ++at;
        if (HasFailure()) {
          FAIL() << "victim " << victim << " at " << at << " kept " << kept;
        }
      }
      EXPECT_GT(at, 10);
    }
  }
}

TEST(RecoveryTest, RecordsThatNoCrashExplainsAreRefused) {
  Cluster cluster(1);
  cluster.Put(0, "k", "v");
  cluster.Run();
  const std::vector<Record> good = cluster.disk(0);
  ASSERT_EQ(good.size(), 3u);  // ECHO, READY, DELIVERED.
  const Config config = cluster.replica(0).config();
  const auto status = [&config](const std::vector<Record>& records) {
    return Replica::Create(config, records).status().code();
  };
  EXPECT_EQ(status(good), absl::StatusCode::kOk);
  std::vector<Record> records = good;
  records.erase(records.begin());
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
  records = good;
  records[1].token = Token(1);
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
  records = good;
  records[0].instance.epoch = Epoch(2);
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
  records = {good[0], good[0]};
  records[1].token = Token(2);
  records[1].digest = Digest();
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
  records = good;
  records[0].kind = RecordKind::kApplied;
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace distdb::bracha
