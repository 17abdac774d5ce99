#include "sim/event_queue.h"

#include <algorithm>
#include <iterator>
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

// Delays as a run has them: none, some within a bucket, a few within the wheel,
// exactly once round it, and far beyond it.
TEST(EventQueueTest, SortsAlsoWhatIsDueAtOnceLaterAndMuchLater) {
  constexpr int64_t kDelays[] = {
      0,          0,          1,          5'000,      16'384,       1'000'000,
      16'777'215, 16'777'216, 16'793'600, 40'000'000, 3'000'000'000};
  EventQueue<int> queue;
  std::vector<std::pair<int64_t, int>> expected;
  std::vector<std::pair<int64_t, int>> popped;
  int64_t now = 0;
  int next = 0;
  const auto push = [&](int64_t at) {
    queue.Push(Time(at), next);
    expected.emplace_back(at, next++);
  };
  for (const int64_t delay : kDelays) push(delay);
  while (!queue.empty()) {
    const Time first = queue.NextTime();
    const auto [time, value] = queue.Pop();
    EXPECT_EQ(time, first);
    popped.emplace_back(time.value(), value);
    now = time.value();
    // On average about one for each that was taken out, so that the queue grows
    // and shrinks.
    const uint64_t drawn = Mix64(value);
    const uint64_t pushes = next < 20'000 ? drawn % 4 % 3 : 0;
    for (uint64_t i = 0; i < pushes; ++i) {
      push(now + kDelays[(drawn >> (8 + 8 * i)) % std::size(kDelays)]);
    }
    if (queue.empty() && next < 20'000) push(now + 100'000'000);
  }
  std::stable_sort(
      expected.begin(), expected.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  EXPECT_GE(popped.size(), 20'000u);
  EXPECT_EQ(popped, expected);
}

}  // namespace
}  // namespace distdb::sim
