#include "sim/fingerprint_table.h"

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

TEST(FingerprintTableTest, CountsEachFingerprintByItself) {
  FingerprintTable table;
  constexpr uint64_t kSameSlot = uint64_t{1} << 60 | 7;
  EXPECT_EQ(table.Count(7), 0u);
  EXPECT_EQ(table.Count(7), 1u);
  EXPECT_EQ(table.Count(kSameSlot), 0u);
  EXPECT_EQ(table.Count(0), 0u);
  EXPECT_EQ(table.Count(7), 2u);
}

TEST(FingerprintTableTest, ForgetsNothingAsItGrows) {
  FingerprintTable table;
  for (uint64_t i = 0; i < 10'000; ++i) EXPECT_EQ(table.Count(i * 64), 0u);
  for (uint64_t i = 0; i < 10'000; ++i) EXPECT_EQ(table.Count(i * 64), 1u);
}

}  // namespace
}  // namespace distdb::sim
