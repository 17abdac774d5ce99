#include "sim/drifting_clock.h"

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

TEST(DriftingClockTest, RunsFasterOrSlowerAndNeverBack) {
  for (const int64_t ppm : {-50'000, -200, 0, 200, 50'000}) {
    const DriftingClock clock(ppm);
    EXPECT_EQ(clock.Elapsed(kSecond), kSecond + ppm * 1000);
    for (Duration time = 0; time < 3000; ++time) {
      EXPECT_LE(clock.Elapsed(time), clock.Elapsed(time + 1));
    }
  }
}

TEST(DriftingClockTest, FindsTheFirstMomentAtWhichItShowsATime) {
  for (const int64_t ppm : {-50'000, -200, 0, 200, 50'000}) {
    const DriftingClock clock(ppm);
    for (Duration base : {Duration{1}, kSecond, 3600 * kSecond}) {
      for (Duration elapsed = base; elapsed < base + 300; ++elapsed) {
        const Duration time = clock.TimeUntil(elapsed);
        EXPECT_GE(clock.Elapsed(time), elapsed);
        EXPECT_LT(clock.Elapsed(time - 1), elapsed);
      }
    }
    EXPECT_EQ(clock.TimeUntil(-kSecond), 0);
  }
}

}  // namespace
}  // namespace distdb::sim
