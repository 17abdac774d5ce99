#include "sim/viewer/json.h"

#include <string>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

std::string Json(absl::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return json;
}

TEST(JsonTest, NothingEndsTheScriptThatItIsIn) {
  EXPECT_EQ(Json("</script><!--"), R"("\u003c/script\u003e\u003c!--")");
  EXPECT_EQ(Json("a\u2028b\u2029c"), R"("a\u2028b\u2029c")");
}

TEST(JsonTest, QuotesAndControlCharactersAreEscapedAndTheRestIsNot) {
  EXPECT_EQ(Json("\"\\\n\t\x01\x7f"), R"("\"\\\u000a\u0009\u0001\u007f")");
  EXPECT_EQ(Json("p0 → p1: é 𝄞 …"), "\"p0 → p1: é 𝄞 …\"");
}

TEST(JsonTest, WhatIsNoUtf8IsReplacedByteByByte) {
  EXPECT_EQ(Json("a\xff"
                 "b"),
            R"("a\ufffdb")");
  EXPECT_EQ(Json("\xe2\x80"), R"("\ufffd\ufffd")");            // Cut off.
  EXPECT_EQ(Json("\xc0\xaf"), R"("\ufffd\ufffd")");            // Overlong.
  EXPECT_EQ(Json("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")");  // A surrogate.
  EXPECT_EQ(Json("\xf4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")");
  EXPECT_EQ(Json(""), R"("")");
}

TEST(JsonTest, HtmlTextIsText) {
  std::string html;
  AppendHtmlText("<a href=\"x\">&amp;</a>", html);
  EXPECT_EQ(html, "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;");
}

}  // namespace
}  // namespace distdb::sim
