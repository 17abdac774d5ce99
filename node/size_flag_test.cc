#include "node/size_flag.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace distdb {
namespace {

TEST(SizeFlagTest, ReadsNumbersWithAndWithoutAUnit) {
  for (const auto& [text, bytes] : {std::pair<std::string, uint64_t>("0", 0),
                                    {"4096", 4096},
                                    {"7B", 7},
                                    {"3KiB", 3072},
                                    {"64MiB", 67108864},
                                    {"2GiB", 2147483648},
                                    {"18446744073709551615", ~uint64_t{0}}}) {
    Size size;
    std::string error;
    EXPECT_TRUE(AbslParseFlag(text, &size, &error)) << text << error;
    EXPECT_EQ(size.bytes, bytes) << text;
  }
}

TEST(SizeFlagTest, RefusesWhatIsNoSize) {
  for (const char* text :
       {"", "MiB", "-1", "+1", "1.5GiB", "64MB", "64 MiB", "64mib", "1KiBKiB",
        "18446744073709551616", "17179869184GiB"}) {
    Size size;
    std::string error;
    EXPECT_FALSE(AbslParseFlag(text, &size, &error)) << text;
    EXPECT_NE(error.find("64MiB"), std::string::npos) << text;
  }
}

TEST(SizeFlagTest, WritesWhatItReads) {
  for (const uint64_t bytes : {0, 1, 1023, 1024, 1536, 1048576, 1073741824}) {
    Size size;
    std::string error;
    EXPECT_TRUE(AbslParseFlag(AbslUnparseFlag({bytes}), &size, &error));
    EXPECT_EQ(size.bytes, bytes);
  }
  EXPECT_EQ(AbslUnparseFlag({67108864}), "64MiB");
}

}  // namespace
}  // namespace distdb
