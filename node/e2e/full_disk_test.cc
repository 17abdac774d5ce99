// Real processes on a full disk, and the size of what they keep: writes are
// turned away until there is room, and the log of years stays short.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "node/database_client.h"
#include "node/demo/local_cluster.h"
#include "node/testing/program.h"
#include "node/testing/test_cluster.h"
#include "node/testing/workload.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

// What a node says to a write: OK, or its error.
absl::Status Put(LocalCluster& cluster, int id, const std::string& key,
                 const std::string& value) {
  absl::StatusOr<DatabaseClient> client = cluster.Connect(id);
  if (!client.ok()) return client.status();
  return client->Put(key, value).status();
}

// Waits until node `id` has applied it, so that none falls far behind.
void AwaitWrite(LocalCluster& cluster, int id, const std::string& token) {
  absl::StatusOr<DatabaseClient> client = cluster.Connect(id);
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_TRUE(client->Get("key0", token).ok());
}

TEST(FullDiskTest, ANodeTurnsWritesAwayAndTakesThemAgainWhenThereIsRoom) {
  TestCluster cluster(4, "request_timeout_ms: 500");
  const std::unique_ptr<Workload> load = StartWorkload(*cluster, 4);
  EXPECT_TRUE(load->AwaitAnswered(100));
  cluster.FillDisk(1);
  EXPECT_TRUE(Eventually([&] {
    return absl::StartsWith(
        Put(*cluster, 1, "load/x", Workload::ValueOf("load/x")).message(),
        "UNAVAILABLE ");
  }));
  // It lives, says what it has, and the others go on.
  EXPECT_GT(Contents(*cluster, 1).size(), 0u);
  EXPECT_TRUE(load->AwaitAnswered(100));
  EXPECT_EQ(cluster.Counter(2, "nodes_up"), 4);
  cluster.MakeRoom(1);
  EXPECT_TRUE(Eventually([&] {
    return Put(*cluster, 1, "load/y", Workload::ValueOf("load/y")).ok();
  }));
  load->Stop();
  std::vector<std::string> keys = load->answered();
  keys.push_back("load/y");
  ExpectAllHold(*cluster, keys);
  cluster.EndAll(SIGKILL);
  cluster.StartAll();
  ExpectAllHold(*cluster, keys);
  EXPECT_THAT(cluster.Told(1), HasSubstr("the disk takes writes again"));
}

TEST(FullDiskTest, AllDisksMayBeFullAtOnce) {
  TestCluster cluster(4, "request_timeout_ms: 500");
  const std::unique_ptr<Workload> load = StartWorkload(*cluster, 4);
  EXPECT_TRUE(load->AwaitAnswered(100));
  for (int id = 1; id <= 4; ++id) cluster.FillDisk(id);
  const uint64_t failed = load->failed();
  EXPECT_TRUE(Eventually([&] { return load->failed() >= failed + 20; }));
  for (int id = 1; id <= 4; ++id) cluster.MakeRoom(id);
  EXPECT_TRUE(load->AwaitAnswered(100));
  load->Stop();
  ExpectAllHold(*cluster, load->answered());
  cluster.EndAll(SIGKILL);
  cluster.StartAll();
  ExpectAllHold(*cluster, load->answered());
}

TEST(LogBoundTest, WritingFiftySegmentsLeavesAFew) {
  constexpr uint64_t kSegmentBytes = 65536;
  // A snapshot, the log since, and those of the next ones under way, each
  // rounded up to segments.
  constexpr uint64_t kLogBytesMax = 12 * kSegmentBytes;
  TestCluster cluster(4, absl::StrCat("segment_bytes: ", kSegmentBytes,
                                      " snapshot_log_bytes: ", kSegmentBytes));
  // The same few keys again and again: what is kept does not grow.
  const std::string value(5000, 'v');
  absl::StatusOr<DatabaseClient> client = cluster->Connect(1);
  ASSERT_TRUE(client.ok()) << client.status();
  uint64_t largest = 0;
  uint64_t reserve = 0;
  for (uint64_t i = 0; i * value.size() < 50 * kSegmentBytes; ++i) {
    const absl::StatusOr<std::string> token =
        client->Put(absl::StrCat("key", i % 10), value);
    ASSERT_TRUE(token.ok()) << token.status();
    if (i % 10 != 0) continue;
    for (int id = 1; id <= 4; ++id) {
      AwaitWrite(*cluster, id, *token);
      largest = std::max(largest, cluster.LogBytes(id));
      reserve = std::max(reserve, cluster.ReserveBytes(id));
    }
  }
  EXPECT_LE(largest, kLogBytesMax);
  EXPECT_GT(largest, kSegmentBytes) << "it has been looked at";
  // The last snapshot, the log since, and three segments.
  EXPECT_LE(reserve, 7 * kSegmentBytes);
  EXPECT_GT(reserve, kSegmentBytes) << "there is one";
  cluster.EndAll(SIGKILL);
  cluster.StartAll();
  EXPECT_EQ(Contents(*cluster, 2).size(), 10u);
  EXPECT_LE(cluster.LogBytes(2), kLogBytesMax);
}

}  // namespace
}  // namespace distdb
