#include "core/log/crc32c.h"

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

// The definition, bit by bit.
uint32_t SlowCrc32c(absl::string_view bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
    }
  }
  return ~crc;
}

std::string Counting(int first, int step, size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i) {
    bytes.push_back(static_cast<char>(first + step * static_cast<int>(i)));
  }
  return bytes;
}

// RFC 3720, appendix B.4, whose table shows the checksum's bytes as sent:
// least significant first.
TEST(Crc32cTest, GivesTheVectorsOfRfc3720) {
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  EXPECT_EQ(Crc32c(Counting(0x00, 1, 32)), 0x46DD794Eu);
  EXPECT_EQ(Crc32c(Counting(0x1F, -1, 32)), 0x113FDB5Cu);
  // An iSCSI SCSI Read (10) command.
  const unsigned char read[48] = {0x01, 0xC0, 0, 0,    0, 0, 0, 0,     //
                                  0,    0,    0, 0,    0, 0, 0, 0,     //
                                  0x14, 0,    0, 0,    0, 0, 4, 0,     //
                                  0,    0,    0, 0x14, 0, 0, 0, 0x18,  //
                                  0x28, 0,    0, 0,    0, 0, 0, 0,     //
                                  2,    0,    0, 0,    0, 0, 0, 0};
  EXPECT_EQ(Crc32c(absl::string_view(reinterpret_cast<const char*>(read),
                                     sizeof(read))),
            0xD9963A56u);
}

TEST(Crc32cTest, GivesTheUsualCheckValue) {
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(Crc32c(""), 0u);
}

TEST(Crc32cTest, EqualsTheDefinitionAtEveryLengthAndAlignment) {
  const std::string bytes = Counting(3, 37, 80);
  for (size_t begin = 0; begin < 8; ++begin) {
    for (size_t size = 0; begin + size <= bytes.size(); ++size) {
      const absl::string_view part =
          absl::string_view(bytes).substr(begin, size);
      EXPECT_EQ(Crc32c(part), SlowCrc32c(part)) << begin << " " << size;
      EXPECT_EQ(ExtendCrc32cByTables(0, part), SlowCrc32c(part))
          << begin << " " << size;
    }
  }
}

TEST(Crc32cTest, ExtendsFromAnySplit) {
  const std::string bytes = Counting(1, 11, 50);
  for (size_t split = 0; split <= bytes.size(); ++split) {
    EXPECT_EQ(ExtendCrc32c(Crc32c(bytes.substr(0, split)), bytes.substr(split)),
              Crc32c(bytes));
  }
}

}  // namespace
}  // namespace distdb
