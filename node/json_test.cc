#include "node/json.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/string_view.h"

namespace distdb {
namespace {

std::string Json(absl::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return json;
}

TEST(JsonTest, EscapesWhatAStringMayNotHold) {
  EXPECT_EQ(Json(""), "\"\"");
  EXPECT_EQ(Json("node 1"), "\"node 1\"");
  EXPECT_EQ(Json("a \"b\" \\ c"), "\"a \\\"b\\\" \\\\ c\"");
  EXPECT_EQ(Json(absl::string_view("\n\t\0\x7f", 4)),
            "\"\\n\\u0009\\u0000\x7f\"");
}

TEST(JsonTest, KeepsUtf8AndNothingElse) {
  EXPECT_EQ(Json("größer … 😀"), "\"größer … 😀\"");
  EXPECT_EQ(Json("\xff"), "\"\\ufffd\"");
  EXPECT_EQ(Json("\xc3"), "\"\\ufffd\"");
  EXPECT_EQ(Json("\xc3("), "\"\\ufffd(\"");
  EXPECT_EQ(Json("\xc0\xaf"), "\"\\ufffd\\ufffd\"");             // Too long.
  EXPECT_EQ(Json("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\"");  // Surrogate.
  EXPECT_EQ(Json("\xf4\x90\x80\x80"),
            "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");  // Too large.
}

}  // namespace
}  // namespace distdb
