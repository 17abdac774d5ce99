#include "core/store/hybrid_clock.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace distdb {
namespace {

TEST(HybridClockTest, FollowsTheWallClock) {
  HybridClock clock;
  EXPECT_EQ(clock.Issue(WallTime(100)), Timestamp(100));
  EXPECT_EQ(clock.Issue(WallTime(250)), Timestamp(250));
}

TEST(HybridClockTest, AscendsWhenTheWallClockStandsOrJumpsBack) {
  HybridClock clock;
  clock.Issue(WallTime(100));
  EXPECT_EQ(clock.Issue(WallTime(100)), Timestamp(101));
  EXPECT_EQ(clock.Issue(WallTime(-5)), Timestamp(102));
}

TEST(HybridClockTest, ComesAfterWhatItHasSeen) {
  HybridClock clock;
  clock.Observe(Timestamp(1'000));
  clock.Observe(Timestamp(10));
  EXPECT_EQ(clock.Issue(WallTime(500)), Timestamp(1'001));
}

TEST(HybridClockTest, NeverWrapsRoundWhateverALiarStamps) {
  constexpr Timestamp kLargest{std::numeric_limits<uint64_t>::max()};
  HybridClock clock;
  clock.Observe(kLargest);
  EXPECT_EQ(clock.Issue(WallTime(500)), kLargest);
  EXPECT_EQ(clock.Issue(WallTime(501)), kLargest);
}

}  // namespace
}  // namespace distdb
