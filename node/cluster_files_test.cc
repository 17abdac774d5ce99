#include "node/cluster_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/tls/keys.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/key_file.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

TEST(ClusterFilesTest, EveryFileIsAConfigurationThatPassesItsChecks) {
  const TempDir dir;
  const absl::StatusOr<ClusterPlan> plan =
      DrawPlan(BROADCAST, ConsecutivePorts(4, 7001));
  ASSERT_TRUE(plan.ok()) << plan.status();
  const absl::Status written = WriteClusterFiles(*plan, dir.path() + "/new");
  ASSERT_TRUE(written.ok()) << written;
  for (uint32_t id = 1; id <= 4; ++id) {
    const absl::StatusOr<NodeConfig> config =
        LoadNodeConfig(ConfigPath(dir.path() + "/new", id));
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(config->node_id(), id);
    EXPECT_EQ(config->cluster_id(), plan->cluster_id);
    EXPECT_EQ(config->mode(), BROADCAST);
    EXPECT_EQ(FindMember(*config, 3).client_address(), "127.0.0.1:7003");
    EXPECT_EQ(FindMember(*config, 3).peer_address(), "127.0.0.1:7103");
    EXPECT_THAT(config->data_dir(), HasSubstr(dir.path())) << "beside its file";
    const absl::StatusOr<PrivateKey> key = ReadKeyFile(config->key_file());
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->public_key(), Pins(*config)[id - 1]);
  }
}

TEST(ClusterFilesTest, WritesNothingWhereOneFileIsThere) {
  const TempDir dir;
  std::ofstream(ConfigPath(dir.path(), 3)) << "mine";
  const absl::StatusOr<ClusterPlan> plan =
      DrawPlan(BRACHA, ConsecutivePorts(4, 7001));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_TRUE(absl::IsAlreadyExists(WriteClusterFiles(*plan, dir.path())));
  EXPECT_FALSE(std::filesystem::exists(ConfigPath(dir.path(), 1)));
}

TEST(ClusterFilesTest, ClustersHaveTheirOwnIdsAndKeys) {
  const std::vector<NodePorts> ports = ConsecutivePorts(1, 7001);
  const absl::StatusOr<ClusterPlan> one = DrawPlan(BRACHA, ports);
  const absl::StatusOr<ClusterPlan> other = DrawPlan(BRACHA, ports);
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_NE(one->cluster_id, other->cluster_id);
  EXPECT_NE(one->keys[0].public_key(), other->keys[0].public_key());
}

}  // namespace
}  // namespace distdb
