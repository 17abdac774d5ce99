#include "core/fifo.h"

#include <deque>
#include <memory>

#include "gtest/gtest.h"

namespace distdb {
namespace {

TEST(FifoTest, HoldsWhatADequeHolds) {
  Fifo<int> fifo;
  std::deque<int> deque;
  int next = 0;
  // Grows while its front is anywhere in the ring, and empties in between.
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < round; ++i) {
      fifo.push_back(next);
      deque.push_back(next);
      ++next;
    }
    for (int i = 0; i < (round % 5 == 0 ? 100 : round / 2); ++i) {
      if (deque.empty()) break;
      EXPECT_EQ(fifo.front(), deque.front());
      EXPECT_EQ(fifo.pop_front(), deque.front());
      deque.pop_front();
    }
    ASSERT_EQ(fifo.size(), deque.size());
    ASSERT_EQ(fifo.empty(), deque.empty());
    for (size_t i = 0; i < deque.size(); ++i) ASSERT_EQ(fifo[i], deque[i]);
  }
}

TEST(FifoTest, GivesUpWhatIsTakenOut) {
  Fifo<std::shared_ptr<int>> fifo;
  const auto held = std::make_shared<int>(1);
  for (int i = 0; i < 3; ++i) fifo.push_back(held);
  EXPECT_EQ(held.use_count(), 4);
  fifo.pop_front();
  EXPECT_EQ(held.use_count(), 3);
  fifo.clear();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(FifoDeathTest, NothingIsTakenOutOfAnEmptyOne) {
  Fifo<int> fifo;
  EXPECT_DEATH(fifo.pop_front(), "holds something");
}

}  // namespace
}  // namespace distdb
