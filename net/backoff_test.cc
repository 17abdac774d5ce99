#include "net/backoff.h"

#include <set>

#include "gtest/gtest.h"

namespace distdb {
namespace {

TEST(BackoffTest, DoublesUpToTheLimitAndBeginsAgain) {
  Backoff backoff(100, 1000, 1);
  for (int round = 0; round < 2; ++round) {
    for (const Duration longest : {100, 200, 400, 800, 1000, 1000}) {
      const Duration wait = backoff.Next();
      EXPECT_LE(wait, longest);
      EXPECT_GE(wait, longest / 2);
    }
    backoff.Reset();
  }
}

TEST(BackoffTest, DifferentSeedsWaitDifferently) {
  std::set<Duration> waits;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    waits.insert(Backoff(kSecond, kSecond, seed).Next());
  }
  EXPECT_EQ(waits.size(), 20u);
}

}  // namespace
}  // namespace distdb
