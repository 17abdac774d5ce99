#include "sim/event_queue.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/mix.h"

namespace distdb::sim {
namespace {

TEST(EventQueueTest, EqualTimesComeOutInTheOrderInWhichTheyWereAdded) {
  EventQueue<int> queue;
  for (int i = 0; i < 100; ++i) queue.Push(Time(5), i);
  queue.Push(Time(4), -1);
  EXPECT_EQ(queue.NextTime(), Time(4));
  EXPECT_EQ(queue.Pop(), (std::pair<Time, int>(Time(4), -1)));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(queue.Pop().second, i);
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueueTest, IsAStableSortByTimeAlsoWhenUsedInBetween) {
  EventQueue<int> queue;
  std::vector<std::pair<int64_t, int>> expected;
  std::vector<std::pair<int64_t, int>> popped;
  for (int i = 0; i < 5000; ++i) {
    // Never before what has been popped.
    const int64_t at = i + static_cast<int64_t>(Mix64(i) % 50);
    queue.Push(Time(at), i);
    expected.emplace_back(at, i);
    while (queue.size() > 20 && queue.NextTime() <= Time(i)) {
      const auto [time, value] = queue.Pop();
      popped.emplace_back(time.value(), value);
    }
  }
  while (!queue.empty()) {
    const auto [time, value] = queue.Pop();
    popped.emplace_back(time.value(), value);
  }
  std::stable_sort(
      expected.begin(), expected.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  EXPECT_EQ(popped, expected);
}

}  // namespace
}  // namespace distdb::sim
