#include "core/little_endian.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

static_assert(LoadLittleEndian<uint32_t>("\x01\x02\x03\x84") == 0x84030201);

TEST(LittleEndianTest, PutsTheLeastSignificantByteFirst) {
  std::string out;
  AppendU8(out, 0xFE);
  AppendU32(out, 0x04030201);
  AppendU64(out, 0x8C0B0A0908070605);
  EXPECT_EQ(out, "\xFE\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x8C");
}

TEST(LittleEndianTest, ReadsBackWhatWasAppended) {
  std::string out;
  AppendU8(out, 0xFF);
  AppendU32(out, std::numeric_limits<uint32_t>::max() - 1);
  AppendU64(out, std::numeric_limits<uint64_t>::max() - 2);
  out += "tail";
  ByteReader reader(out);
  EXPECT_EQ(reader.ReadU8(), 0xFF);
  EXPECT_EQ(reader.ReadU32(), std::numeric_limits<uint32_t>::max() - 1);
  EXPECT_EQ(reader.ReadU64(), std::numeric_limits<uint64_t>::max() - 2);
  EXPECT_EQ(reader.offset(), 13u);
  EXPECT_EQ(reader.ReadBytes(4), "tail");
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_TRUE(reader.ok());
}

TEST(ByteReaderTest, StaysFailedWhereItRanOutOfBytes) {
  ByteReader reader("\x01\x02\x03");
  EXPECT_EQ(reader.ReadU8(), 1);
  EXPECT_EQ(reader.ReadU32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.offset(), 1u);
  EXPECT_EQ(reader.ReadU8(), 0) << "a failed reader reads nothing more";
  EXPECT_EQ(reader.ReadBytes(1), "");
  EXPECT_EQ(reader.offset(), 1u);
  EXPECT_FALSE(reader.ok());
}

TEST(ByteReaderTest, RefusesASizeThatWouldOverflow) {
  ByteReader reader("abc");
  EXPECT_EQ(reader.ReadU8(), 'a');
  EXPECT_EQ(reader.ReadBytes(std::numeric_limits<size_t>::max()), "");
  EXPECT_FALSE(reader.ok());
}

TEST(ByteReaderTest, ReadsNothingFromNothing) {
  ByteReader reader("");
  EXPECT_EQ(reader.ReadBytes(0), "");
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.ReadU64(), 0u);
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace distdb
