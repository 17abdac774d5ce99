#include "net/resp/token.h"

#include "gtest/gtest.h"

namespace distdb {
namespace {

TEST(TokenTest, CountsNodesFromOneAndComesBackAsItWas) {
  const Dot dot{NodeId(3), Seq(42)};
  EXPECT_EQ(FormatToken(dot), "4:42");
  EXPECT_EQ(*ParseToken("4:42"), dot);
}

TEST(TokenTest, WhatIsNoTokenIsAnError) {
  for (const char* text : {"", "4", "4:", ":42", "0:1", "65:1", "1:0", "a:b",
                           "1:2:3", "-1:2", "99999999999:1"}) {
    EXPECT_EQ(ParseToken(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

}  // namespace
}  // namespace distdb
