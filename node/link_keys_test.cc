#include "node/link_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "node/cluster_files.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class LinkKeysTest : public ::testing::Test {
 protected:
  LinkKeysTest() {
    absl::StatusOr<ClusterPlan> plan =
        DrawPlan(BRACHA, ConsecutivePorts(2, 7001));
    EXPECT_TRUE(plan.ok()) << plan.status();
    EXPECT_TRUE(WriteClusterFiles(*plan, dir_.path()).ok());
    config_ = *LoadNodeConfig(ConfigPath(dir_.path(), 1));
  }

  std::string Error() const {
    return std::string(LoadLinkKeys(config_).status().message());
  }

  TempDir dir_;
  NodeConfig config_;
};

TEST_F(LinkKeysTest, WhatInitWritesFitsTogether) {
  const auto keys = LoadLinkKeys(config_);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ((*keys)->Find(Pins(config_)[1]), NodeId(1));
}

TEST_F(LinkKeysTest, AnotherNodesKeyIsNoticed) {
  std::filesystem::rename(dir_.path() + "/node-2/key.pem",
                          dir_.path() + "/node-1/key.pem");
  EXPECT_THAT(Error(), AllOf(HasSubstr("/node-1/key.pem holds"),
                             HasSubstr(config_.members(0).public_key()),
                             HasSubstr(config_.members(1).public_key())));
}

TEST_F(LinkKeysTest, WithoutKeysTheMendIsTold) {
  for (Member& member : *config_.mutable_members()) member.clear_public_key();
  EXPECT_THAT(Error(),
              AllOf(HasSubstr("distdb init"), HasSubstr("--insecure")));
}

TEST_F(LinkKeysTest, InTheClearOnLoopbackAlone) {
  EXPECT_TRUE(CheckLoopback(config_).ok());
  NodeConfig everywhere = config_;
  everywhere.set_listen_host("0.0.0.0");
  EXPECT_THAT(std::string(CheckLoopback(everywhere).message()),
              HasSubstr("listen_host 0.0.0.0"));
  NodeConfig elsewhere = config_;
  elsewhere.mutable_members(1)->set_peer_address("10.0.0.2:7102");
  EXPECT_THAT(std::string(CheckLoopback(elsewhere).message()),
              HasSubstr("peer_address 10.0.0.2:7102"));
}

TEST_F(LinkKeysTest, InTheClearNobodyIsFound) {
  NodeConfig finds = config_;
  finds.set_discover(MULTICAST);
  EXPECT_THAT(std::string(CheckLoopback(finds).message()),
              HasSubstr("leave --insecure out, or --join and --discover"));
  NodeConfig found = config_;
  found.mutable_members(1)->clear_peer_address();
  EXPECT_THAT(std::string(CheckLoopback(found).message()),
              HasSubstr("the addresses of node 2 are not given"));
}

}  // namespace
}  // namespace distdb
