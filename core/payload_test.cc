#include "core/payload.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace distdb {
namespace {

TEST(PayloadTest, NoneIsNotTheSameAsEmpty) {
  const Payload none;
  const Payload empty("");
  EXPECT_FALSE(none.has_value());
  EXPECT_TRUE(empty.has_value());
  EXPECT_EQ(none.bytes(), "");
  EXPECT_EQ(empty.bytes(), "");
  EXPECT_FALSE(none == empty);
  EXPECT_EQ(none, Payload());
  EXPECT_EQ(empty, Payload(""));
}

TEST(PayloadTest, CopiesShareOneBuffer) {
  const Payload first(std::string("bytes\0and more", 14));
  const Payload copy = first;
  EXPECT_EQ(copy.bytes().data(), first.bytes().data());
  EXPECT_EQ(copy.size(), 14u);
  EXPECT_EQ(copy, first);
}

TEST(PayloadTest, ComparesByContent) {
  EXPECT_EQ(Payload("same"), Payload("same"));
  EXPECT_FALSE(Payload("same") == Payload("other"));
}

// That the last holder, and nobody before, frees the buffer is what the address
// sanitizer sees in this test.
TEST(PayloadTest, TheBufferLivesAsLongAsItsLastHolder) {
  Payload survivor;
  {
    Payload first(std::string(100, 'x'));
    Payload second = first;
    survivor = second;
    second = Payload("else");
    first = std::move(second);
    EXPECT_EQ(first.bytes(), "else");
  }
  EXPECT_EQ(survivor.bytes(), std::string(100, 'x'));
}

TEST(PayloadTest, AMoveTakesTheBufferAlong) {
  Payload first("bytes");
  const char* data = first.bytes().data();
  const Payload second = std::move(first);
  EXPECT_EQ(second.bytes().data(), data);
  EXPECT_FALSE(first.has_value());  // NOLINT: a moved-from payload is absent.
}

TEST(PayloadTest, AssignmentToItselfChangesNothing) {
  Payload payload("bytes");
  Payload& alias = payload;
  payload = alias;
  EXPECT_EQ(payload.bytes(), "bytes");
  payload = std::move(alias);
  EXPECT_EQ(payload.bytes(), "bytes");
}

}  // namespace
}  // namespace distdb
