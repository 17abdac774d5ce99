#include "net/token_bucket.h"

#include "core/types.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

int TakeAll(TokenBucket& bucket, Time now) {
  int taken = 0;
  while (bucket.Take(now)) ++taken;
  return taken;
}

TEST(TokenBucketTest, HoldsSoManyAndGetsOneBackPerInterval) {
  TokenBucket bucket(4, kSecond);
  const Time start(1000 * kSecond);
  EXPECT_EQ(TakeAll(bucket, start), 4);
  EXPECT_EQ(TakeAll(bucket, start + kSecond - 1), 0);
  EXPECT_EQ(TakeAll(bucket, start + kSecond), 1);
  EXPECT_EQ(TakeAll(bucket, start + 3 * kSecond), 2);
  EXPECT_EQ(TakeAll(bucket, start + 1000 * kSecond), 4);
}

TEST(TokenBucketTest, PartsOfAnIntervalAddUp) {
  TokenBucket bucket(1, kSecond);
  Time now(5 * kSecond);
  int taken = 0;
  for (int i = 0; i < 100; ++i) {
    taken += TakeAll(bucket, now);
    now = now + 100 * kMillisecond;
  }
  EXPECT_EQ(taken, 10);
}

}  // namespace
}  // namespace distdb
