#include "node/format.h"

#include <gtest/gtest.h>

#include "absl/strings/string_view.h"
#include "core/command.h"

namespace distdb {
namespace {

TEST(FormatTest, PrintableTextStaysAsItIs) {
  EXPECT_EQ(Printable("alice \\ \"b\""), "alice \\ \"b\"");
  EXPECT_EQ(Printable("Zürich 東京 😀"), "Zürich 東京 😀");
}

TEST(FormatTest, EverythingElseIsEscapedOnOneLine) {
  EXPECT_EQ(Printable("a\nb"), "a\\nb");
  EXPECT_EQ(Printable(absl::string_view("\0\x7f", 2)), "\\000\\177");
  EXPECT_EQ(Printable("\xff"), "\\377");
  EXPECT_EQ(Printable("\xc3"), "\\303");                    // Cut short.
  EXPECT_EQ(Printable("\xc0\x80"), "\\300\\200");           // Overlong.
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\355\\240\\200");  // A surrogate.
  EXPECT_EQ(Printable("\xc2\x85"), "\\302\\205");  // A control character.
}

TEST(FormatTest, AnEntryIsOneLine) {
  EXPECT_EQ(FormatEntry(KeyValue{"a\tb", "c"}), "a\\tb\tc");
}

}  // namespace
}  // namespace distdb
