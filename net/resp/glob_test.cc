#include "net/resp/glob.h"

#include <string>

#include "gtest/gtest.h"
#include "net/codec/random_test_util.h"

namespace distdb {
namespace {

TEST(GlobTest, Matches) {
  struct Case {
    const char* pattern;
    const char* text;
    bool matches;
  };
  for (const Case& c : {
           Case{"", "", true},
           Case{"", "a", false},
           Case{"*", "", true},
           Case{"*", "anything", true},
           Case{"a*", "abc", true},
           Case{"a*", "bac", false},
           Case{"*c", "abc", true},
           Case{"*c", "abcd", false},
           Case{"a*b*c", "a--b--c", true},
           Case{"a*b*c", "a--c--b", false},
           Case{"*aab", "aaaab", true},
           Case{"?", "a", true},
           Case{"?", "", false},
           Case{"a?c", "abc", true},
           Case{"[abc]x", "bx", true},
           Case{"[abc]x", "dx", false},
           Case{"[^abc]x", "dx", true},
           Case{"[^abc]x", "ax", false},
           Case{"[a-c]x", "bx", true},
           Case{"[c-a]x", "bx", true},
           Case{"[a-c]x", "dx", false},
           Case{"[\\]]", "]", true},
           Case{"[abc", "b", true},
           Case{"\\*", "*", true},
           Case{"\\*", "a", false},
           Case{"a\\", "a\\", true},
       }) {
    EXPECT_EQ(MatchesGlob(c.pattern, c.text), c.matches)
        << c.pattern << " and " << c.text;
  }
}

TEST(GlobTest, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  pattern += "*b";
  EXPECT_FALSE(MatchesGlob(pattern, std::string(10'000, 'a')));
}

TEST(GlobTest, ThePrefixIsWhatEveryMatchBeginsWith) {
  EXPECT_EQ(GlobPrefix("user:*"), "user:");
  EXPECT_EQ(GlobPrefix("*"), "");
  EXPECT_EQ(GlobPrefix("a\\*b?c"), "a*b");
  EXPECT_EQ(GlobPrefix("plain"), "plain");
  EXPECT_EQ(GlobPrefix("[ab]c"), "");
  constexpr absl::string_view kAlphabet = "ab*?[]\\^-";
  TestRandom random(1);
  size_t matches = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string pattern;
    std::string text;
    for (size_t k = random.Below(6); k > 0; --k) {
      pattern.push_back(kAlphabet[random.Below(kAlphabet.size())]);
    }
    for (size_t k = random.Below(6); k > 0; --k) {
      text.push_back(kAlphabet[random.Below(3)]);
    }
    if (!MatchesGlob(pattern, text)) continue;
    ++matches;
    EXPECT_EQ(text.rfind(GlobPrefix(pattern), 0), 0u)
        << pattern << " and " << text;
  }
  EXPECT_GT(matches, 1000u);
}

}  // namespace
}  // namespace distdb
