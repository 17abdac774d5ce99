#include "core/digest.h"

#include "gtest/gtest.h"

namespace distdb {
namespace {

TEST(DigestTest, ShortHexShowsTheFirstEightBytes) {
  Digest digest;
  EXPECT_EQ(ShortHex(digest), "0000000000000000");
  for (size_t i = 0; i < digest.bytes.size(); ++i) {
    digest.bytes[i] = static_cast<uint8_t>(0xF8 + i);
  }
  EXPECT_EQ(ShortHex(digest), "f8f9fafbfcfdfeff");
}

TEST(DigestTest, OrdersByBytes) {
  Digest low;
  Digest high;
  low.bytes[31] = 0xFF;
  high.bytes[0] = 1;
  EXPECT_LT(low, high);
  EXPECT_NE(low, high);
}

}  // namespace
}  // namespace distdb
