#include "node/cluster_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

TEST(ClusterFilesTest, EveryFileIsAConfigurationThatPassesItsChecks) {
  const TempDir dir;
  const ClusterPlan plan{0xabc, BROADCAST, ConsecutivePorts(4, 7001)};
  const absl::Status written = WriteClusterFiles(plan, dir.path() + "/new");
  ASSERT_TRUE(written.ok()) << written;
  for (uint32_t id = 1; id <= 4; ++id) {
    const absl::StatusOr<NodeConfig> config =
        LoadNodeConfig(ConfigPath(dir.path() + "/new", id));
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(config->node_id(), id);
    EXPECT_EQ(config->cluster_id(), 0xabcu);
    EXPECT_EQ(config->mode(), BROADCAST);
    EXPECT_EQ(FindMember(*config, 3).client_address(), "127.0.0.1:7003");
    EXPECT_EQ(FindMember(*config, 3).peer_address(), "127.0.0.1:7103");
    EXPECT_THAT(config->data_dir(), HasSubstr(dir.path())) << "beside its file";
  }
}

TEST(ClusterFilesTest, WritesNothingWhereOneFileIsThere) {
  const TempDir dir;
  std::ofstream(ConfigPath(dir.path(), 3)) << "mine";
  const ClusterPlan plan{1, BRACHA, ConsecutivePorts(4, 7001)};
  EXPECT_TRUE(absl::IsAlreadyExists(WriteClusterFiles(plan, dir.path())));
  EXPECT_FALSE(std::filesystem::exists(ConfigPath(dir.path(), 1)));
}

TEST(ClusterFilesTest, ClustersHaveTheirOwnIds) {
  EXPECT_NE(DrawClusterId(), DrawClusterId());
}

}  // namespace
}  // namespace distdb
