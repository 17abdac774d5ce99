#include "node/open_files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

namespace distdb {
namespace {

TEST(OpenFilesTest, RaisesTheLimitAsFarAsItMay) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  const size_t limit = RaiseOpenFilesLimit();
  rlimit after{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(limit, after.rlim_cur);
  EXPECT_EQ(limit, std::min<rlim_t>(before.rlim_max, 10'224));
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(OpenFilesTest, ClientsLeaveRoomForThePeers) {
  EXPECT_EQ(ClientsMax(0), 1u);
  EXPECT_EQ(ClientsMax(200), 1u);
  EXPECT_EQ(ClientsMax(1024), 800u);
  EXPECT_EQ(ClientsMax(1'000'000), 10'000u);
}

}  // namespace
}  // namespace distdb
