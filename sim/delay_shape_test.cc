#include "sim/delay_shape.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

constexpr Duration kJitter = 16'000;

// How many of 1000 answers, evenly taken, give a delay in [low, high].
int PerMille(DelayShape shape, Duration low, Duration high) {
  const uint64_t answers = DelayAnswers(shape, kJitter);
  int count = 0;
  for (uint64_t i = 0; i < 1000; ++i) {
    // Both odd and even ones.
    const uint64_t answer =
        std::min(i * (answers / 1000) + i % 64, answers - 1);
    const Duration delay = DelayOf(shape, kJitter, answer);
    EXPECT_GE(delay, 0);
    EXPECT_LE(delay, 8 * kJitter);
    count += delay >= low && delay <= high ? 1 : 0;
  }
  return count;
}

TEST(DelayShapeTest, TheCalmAnswerIsNoDelay) {
  for (const DelayShape shape : {DelayShape::kUniform, DelayShape::kTwoHumped,
                                 DelayShape::kLongTailed}) {
    EXPECT_EQ(DelayOf(shape, kJitter, 0), 0);
    EXPECT_EQ(DelayOf(shape, 0, 0), 0);
  }
}

TEST(DelayShapeTest, EachSpreadsAsItsNameSays) {
  EXPECT_NEAR(PerMille(DelayShape::kUniform, 0, kJitter / 2), 500, 20);
  EXPECT_EQ(PerMille(DelayShape::kTwoHumped, kJitter / 8 + 1,
                     kJitter - kJitter / 8 - 1),
            0);
  EXPECT_NEAR(PerMille(DelayShape::kTwoHumped, 0, kJitter / 8), 500, 20);
  EXPECT_GT(PerMille(DelayShape::kLongTailed, 0, kJitter / 8), 800);
  const int tail = PerMille(DelayShape::kLongTailed, kJitter, 8 * kJitter);
  EXPECT_GT(tail, 5);
  EXPECT_LT(tail, 60);
}

}  // namespace
}  // namespace distdb::sim
