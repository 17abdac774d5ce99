#include "sim/fingerprint_table.h"

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

TEST(FingerprintTableTest, CountsEachFingerprintByItself) {
  FingerprintTable table;
  EXPECT_EQ(table.Count({1, 2}), 0u);
  EXPECT_EQ(table.Count({1, 2}), 1u);
  EXPECT_EQ(table.Count({1, 3}), 0u);  // The same slot.
  EXPECT_EQ(table.Count({0, 0}), 0u);
  EXPECT_EQ(table.Count({1, 2}), 2u);
}

TEST(FingerprintTableTest, ForgetsNothingAsItGrows) {
  FingerprintTable table;
  for (uint64_t i = 0; i < 10'000; ++i) EXPECT_EQ(table.Count({i * 64, i}), 0u);
  for (uint64_t i = 0; i < 10'000; ++i) EXPECT_EQ(table.Count({i * 64, i}), 1u);
}

}  // namespace
}  // namespace distdb::sim
