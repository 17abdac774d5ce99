#include "net/codec/byte_queue.h"

#include <string>

#include "gtest/gtest.h"

namespace distdb {
namespace {

TEST(ByteQueueTest, GivesBackWhatCameInInOrder) {
  ByteQueue queue;
  std::string expected;
  int next = 0;
  for (int round = 0; round < 100; ++round) {
    std::string piece;
    for (int i = 0; i < round; ++i) piece.push_back(static_cast<char>(next++));
    queue.Append(piece);
    expected += piece;
    const size_t count = expected.size() / 3;
    EXPECT_EQ(queue.bytes().substr(0, count), expected.substr(0, count));
    queue.Consume(count);
    expected.erase(0, count);
    ASSERT_EQ(queue.size(), expected.size());
  }
  EXPECT_EQ(queue.bytes(), expected);
}

TEST(ByteQueueTest, MemoryFollowsWhatIsHeldNotWhatHasPassed) {
  ByteQueue queue;
  const std::string piece(1000, 'x');
  queue.Append(piece);
  for (int i = 0; i < 10'000; ++i) {
    queue.Append(piece);
    queue.Consume(piece.size());
  }
  EXPECT_EQ(queue.size(), 1000u);
  EXPECT_LT(queue.tail().capacity(), 10'000u);
}

TEST(ByteQueueTest, AnEmptiedQueueGivesUpALargeBuffer) {
  ByteQueue queue;
  queue.Append(std::string(10'000'000, 'x'));
  queue.Consume(10'000'000);
  EXPECT_TRUE(queue.empty());
  EXPECT_LT(queue.tail().capacity(), 1'000'000u);
}

}  // namespace
}  // namespace distdb
