#include "core/log/record_codec.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

Record Make(RecordKind kind, Payload payload) {
  Record record;
  record.token = Token(7);
  record.kind = kind;
  record.instance = {Epoch(0x01020304), NodeId(0x05060708),
                     Seq(0x1112131415161718)};
  const bool is_mark = kind == RecordKind::kSnapshotBegin ||
                       kind == RecordKind::kSnapshotEntries ||
                       kind == RecordKind::kSnapshotEnd ||
                       kind == RecordKind::kCollected;
  if (kind != RecordKind::kApplied && !is_mark) {
    for (size_t i = 0; i < record.digest.bytes.size(); ++i) {
      record.digest.bytes[i] = static_cast<uint8_t>(0xE0 + i);
    }
  }
  record.payload = std::move(payload);
  return record;
}

std::string Encode(const Record& record) {
  std::string bytes;
  EncodeRecord(record, bytes);
  return bytes;
}

TEST(RecordCodecTest, DecodesWhatItEncoded) {
  for (const RecordKind kind : kAllRecordKinds) {
    for (const Payload& payload :
         {Payload(), Payload(""), Payload(std::string("\0bytes\xFF", 7))}) {
      const Record record = Make(kind, payload);
      const auto decoded = DecodeRecord(Encode(record), Token(7));
      ASSERT_TRUE(decoded.ok()) << decoded.status();
      EXPECT_EQ(*decoded, record);
      EXPECT_EQ(decoded->payload.has_value(), payload.has_value());
    }
  }
}

TEST(RecordCodecTest, HasTheBytesThatTheHeaderDescribes) {
  EXPECT_EQ(Encode(Make(RecordKind::kApplied, Payload("xy"))),
            "\x84"
            "\x04\x03\x02\x01"
            "\x08\x07\x06\x05"
            "\x18\x17\x16\x15\x14\x13\x12\x11"
            "xy");
  EXPECT_EQ(Encode(Make(RecordKind::kReady, Payload())).size(), 49u);
}

TEST(RecordCodecTest, NamesWhatIsWrong) {
  auto problem = [](absl::string_view bytes) {
    const auto record = DecodeRecord(bytes, Token(1));
    EXPECT_EQ(record.status().code(), absl::StatusCode::kDataLoss);
    return std::string(record.status().message());
  };
  std::string ready = Encode(Make(RecordKind::kReady, Payload()));
  EXPECT_EQ(problem(""), "a record that is cut off: 0 bytes");
  EXPECT_EQ(problem(ready.substr(0, 48)), "a record that is cut off: 48 bytes");
  EXPECT_EQ(problem(ready + "x"),
            "a record without payload with 1 bytes left over");
  ready[0] = 11;
  EXPECT_EQ(problem(ready), "a record of unknown kind 11");
  ready[0] = '\x80';
  EXPECT_EQ(problem(ready), "a record of unknown kind 0");
}

TEST(RecordCodecTest, EveryEditIsRefusedOrReencodesToItself) {
  for (const RecordKind kind : kAllRecordKinds) {
    const std::string good = Encode(Make(kind, Payload("p")));
    for (size_t at = 0; at < good.size(); ++at) {
      for (int value = 0; value < 256; ++value) {
        std::string bytes = good;
        bytes[at] = static_cast<char>(value);
        const auto record = DecodeRecord(bytes, Token(1));
        if (record.ok()) {
          EXPECT_EQ(Encode(*record), bytes);
        }
      }
      const auto record = DecodeRecord(good.substr(0, at), Token(1));
      if (record.ok()) {
        EXPECT_EQ(Encode(*record), good.substr(0, at));
      }
    }
  }
}

}  // namespace
}  // namespace distdb
