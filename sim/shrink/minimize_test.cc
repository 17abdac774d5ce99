#include "sim/shrink/minimize.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

std::vector<int> Numbers(int n) {
  std::vector<int> numbers(static_cast<size_t>(n));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

bool HasAll(const std::vector<int>& list, const std::vector<int>& wanted) {
  return std::includes(list.begin(), list.end(), wanted.begin(), wanted.end());
}

TEST(MinimizeTest, KeepsWhatIsNeededAndNothingElseInItsOrder) {
  std::vector<int> list = Numbers(1000);
  const std::vector<int> needed = {3, 500, 501, 999};
  int runs = 0;
  EXPECT_TRUE(Minimize(list, [&](const std::vector<int>& rest) {
    ++runs;
    return HasAll(rest, needed);
  }));
  EXPECT_EQ(list, needed);
  EXPECT_LT(runs, 150);
}

TEST(MinimizeTest, NothingNeededIsOneRun) {
  std::vector<int> list = Numbers(1000);
  int runs = 0;
  EXPECT_TRUE(Minimize(list, [&](const std::vector<int>&) {
    ++runs;
    return true;
  }));
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(runs, 1);
}

TEST(MinimizeTest, AllNeededStays) {
  std::vector<int> list = Numbers(10);
  EXPECT_FALSE(Minimize(
      list, [](const std::vector<int>& rest) { return rest.size() == 10; }));
  EXPECT_EQ(list, Numbers(10));
}

// One of a pair may go only once the other has: what could not go at first is
// tried again.
TEST(MinimizeTest, NoSingleElementCanGoAtTheEnd) {
  std::vector<int> list = Numbers(8);
  const auto shows = [](const std::vector<int>& rest) {
    // 7 is needed, and each other one as long as the next one is there.
    if (!HasAll(rest, {7})) return false;
    for (int i = 0; i + 1 < 7; ++i) {
      if (HasAll(rest, {i + 1}) && !HasAll(rest, {i})) return false;
    }
    return true;
  };
  Minimize(list, shows);
  EXPECT_EQ(list, (std::vector<int>{7}));
}

}  // namespace
}  // namespace distdb::sim
