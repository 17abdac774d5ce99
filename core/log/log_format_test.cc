#include "core/log/log_format.h"

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/log/crc32c.h"
#include "core/log/log_writer.h"
#include "core/log/sync_mark.h"
#include "core/record.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

constexpr SegmentHeader kHeader = {
    .identity = {0xC1C2C3C4C5C6C7C8, NodeId(2), Epoch(1)},
    .number = 7,
    .begin = 1000,
    .synced = 1234,
    .previous = 0x12345678};

TEST(LogFormatTest, AHeaderReadsBack) {
  const std::string bytes = EncodeSegmentHeader(kHeader);
  EXPECT_EQ(bytes.size(), kSegmentHeaderBytes);
  const absl::StatusOr<SegmentHeader> header =
      DecodeSegmentHeader(bytes + "frames");
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(*header, kHeader);
}

TEST(LogFormatTest, AHeaderCutOffIsDataLoss) {
  const std::string bytes = EncodeSegmentHeader(kHeader);
  for (size_t size = 0; size < kSegmentHeaderBytes; ++size) {
    EXPECT_EQ(DecodeSegmentHeader(bytes.substr(0, size)).status(),
              absl::DataLossError(absl::StrCat(
                  "the segment's header is cut off: ", size, " of 60 bytes")));
  }
}

TEST(LogFormatTest, EveryFlippedBitOfTheHeaderIsAnError) {
  const std::string whole = EncodeSegmentHeader(kHeader);
  for (size_t bit = 0; bit < kSegmentHeaderBytes * 8; ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(DecodeSegmentHeader(bytes).status().code(),
              bit < 64 ? absl::StatusCode::kInvalidArgument
                       : absl::StatusCode::kDataLoss)
        << bit;
  }
}

TEST(LogFormatTest, AnotherFormatIsRefusedByItsNumber) {
  std::string bytes = EncodeSegmentHeader(kHeader);
  bytes[8] = 3;
  const uint32_t crc = Crc32c(absl::string_view(bytes).substr(0, 56));
  for (int i = 0; i < 4; ++i) {
    bytes[56 + i] = static_cast<char>(crc >> (8 * i));
  }
  EXPECT_EQ(DecodeSegmentHeader(bytes).status(),
            absl::InvalidArgumentError(
                "a log of format 3: this program reads format 2"));
}

TEST(LogFormatTest, TheReadmeShowsARealLog) {
  const LogIdentity identity{0xD15C0, NodeId(0), Epoch(1)};
  LogWriter writer(identity);
  SegmentHeader header = writer.HeaderHere(1);
  Record applied;
  applied.kind = RecordKind::kApplied;
  applied.instance = {Epoch(1), NodeId(2), Seq(1)};
  applied.payload = Payload("hello");
  std::string frames;
  writer.Append(applied, frames);
  writer.MarkSynced(writer.position());
  Record ready;
  ready.kind = RecordKind::kReady;
  ready.instance = {Epoch(1), NodeId(0), Seq(2)};
  ready.digest.bytes.fill(2);
  writer.Append(ready, frames);
  SyncMarkWriter mark(*DecodeSyncMark(EncodeSyncMark(identity)));
  const std::string slot = mark.Write(1, writer.position()).bytes;
  const std::string bytes = EncodeSegmentHeader(header) + frames + slot;

  // Rows of the example: an offset, then bytes, then what they are. The mark's
  // offsets begin anew.
  std::ifstream readme("core/log/README.md");
  ASSERT_TRUE(readme.is_open());
  std::string shown;
  size_t begin = 0;
  for (std::string line; std::getline(readme, line);) {
    std::istringstream words(line);
    size_t offset = 0;
    std::string hex;
    if (line.rfind("    ", 0) != 0 || !(words >> offset)) continue;
    if (offset == 0) begin = shown.size();
    EXPECT_EQ(offset, shown.size() - begin) << line;
    while (words >> hex && hex.size() == 2 && absl::ascii_isxdigit(hex[0])) {
      shown += absl::HexStringToBytes(hex);
    }
  }
  EXPECT_EQ(absl::BytesToHexString(shown), absl::BytesToHexString(bytes));
}

}  // namespace
}  // namespace distdb
