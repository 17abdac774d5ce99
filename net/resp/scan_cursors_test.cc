#include "net/resp/scan_cursors.h"

#include <string>

#include "gtest/gtest.h"

namespace distdb {
namespace {

TEST(ScanCursorsTest, RemembersTheRecentOnes) {
  ScanCursors cursors;
  EXPECT_EQ(cursors.Find(0), nullptr);
  EXPECT_EQ(cursors.Find(1), nullptr);
  const uint64_t first = cursors.Remember("first");
  EXPECT_NE(first, 0u);
  for (size_t i = 1; i < ScanCursors::kCursorsMax; ++i) {
    cursors.Remember("key");
  }
  ASSERT_NE(cursors.Find(first), nullptr);
  EXPECT_EQ(*cursors.Find(first), "first");
  const uint64_t last = cursors.Remember("last");
  EXPECT_EQ(cursors.Find(first), nullptr) << "the oldest is forgotten";
  EXPECT_EQ(*cursors.Find(last), "last");
  EXPECT_EQ(cursors.Find(last + 1), nullptr);
}

TEST(ScanCursorsTest, LongKeysAreBoundedByTheirBytes) {
  ScanCursors cursors;
  const std::string key(60'000, 'k');
  const uint64_t first = cursors.Remember(key);
  uint64_t last = 0;
  for (int i = 0; i < 1000; ++i) last = cursors.Remember(key);
  EXPECT_EQ(cursors.Find(first), nullptr);
  EXPECT_NE(cursors.Find(last), nullptr);
  EXPECT_EQ(cursors.Find(last - 500), nullptr);
}

}  // namespace
}  // namespace distdb
