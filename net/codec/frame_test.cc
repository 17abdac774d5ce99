#include "net/codec/frame.h"

#include <limits>
#include <string>
#include <utility>
#include <variant>

#include "gtest/gtest.h"
#include "net/codec/frame_reader.h"
#include "net/codec/random_test_util.h"

namespace distdb {
namespace {

constexpr uint64_t kRounds = 2000;

TEST(FrameTest, EveryFrameComesBackAsItWas) {
  TestRandom random(1);
  for (uint64_t round = 0; round < kRounds; ++round) {
    MessageBatch batch;
    const size_t count = 1 + random.Below(20);
    for (size_t i = 0; i < count; ++i) {
      batch.messages.push_back(random.Message());
    }
    const uint64_t nonce = random.Next();
    const std::string cluster_id = random.Bytes(random.Below(40));
    for (const Frame& frame :
         {Frame(batch), Frame(Ping{nonce}), Frame(Pong{nonce}),
          Frame(Handshake{.cluster_id = cluster_id,
          .node = NodeId(static_cast<uint32_t>(nonce)),
          .epoch = Epoch(7),
          .nodes = 4,
          .introduction = round % 2 == 0}),
          Frame(AddressRecords{{"r", random.Bytes(1 + random.Below(40))}})}) {
      const absl::StatusOr<Frame> back = DecodeFrame(EncodeFrame(frame));
      ASSERT_TRUE(back.ok()) << back.status();
      EXPECT_EQ(*back, frame);
    }
  }
}

TEST(FrameTest, MessagesEncodedOneByOneAreABatch) {
  TestRandom random(2);
  MessageBatch batch;
  std::string bytes;
  for (int i = 0; i < 10; ++i) {
    batch.messages.push_back(random.Message());
    AppendMessage(batch.messages.back(), bytes);
  }
  EXPECT_EQ(bytes, EncodeFrame(batch));
}

TEST(FrameTest, AVoteTakesAtMostHundredBytesWhateverItsNumbersAre) {
  Message vote;
  vote.digest.bytes.fill(0xff);
  for (const MessageKind kind :
       {MessageKind::kEcho, MessageKind::kReady, MessageKind::kDelivered}) {
    vote.kind = kind;
    vote.instance = {Epoch(std::numeric_limits<uint32_t>::max()),
                     NodeId(std::numeric_limits<uint32_t>::max()),
                     Seq(std::numeric_limits<uint64_t>::max())};
    // Alone in its frame, and with what stands before it on the link.
    std::string largest;
    AppendFramed(EncodeFrame(MessageBatch{{vote}}), largest);
    EXPECT_LE(largest.size(), 100u);

    vote.instance = {Epoch(1), NodeId(3), Seq(1'000'000)};
    std::string usual;
    AppendMessage(vote, usual);
    EXPECT_EQ(usual.size(), 46u);
  }
}

TEST(FrameTest, TheLargestPayloadFits) {
  Message send;
  send.kind = MessageKind::kSend;
  send.instance = {Epoch(std::numeric_limits<uint32_t>::max()),
                   NodeId(std::numeric_limits<uint32_t>::max()),
                   Seq(std::numeric_limits<uint64_t>::max())};
  send.payload = Payload(std::string(kFramePayloadBytesMax, 'x'));
  std::string bytes;
  AppendMessage(send, bytes);
  EXPECT_LE(bytes.size(), kFrameBytesMax);
  const absl::StatusOr<Frame> back = DecodeFrame(bytes);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(std::get<MessageBatch>(*back).messages.front(), send);
}

std::string Varint(size_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) {
    bytes.push_back(static_cast<char>(0x80 | (value & 0x7f)));
  }
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

TEST(FrameTest, APayloadThatCouldNotBePassedOnIsRefused) {
  const std::string payload(kFramePayloadBytesMax + 1, 'x');
  const std::string message =
      std::string("\x08\x01\x10\x01\x18\0\x20\x01\x32", 9) +
      Varint(payload.size()) + payload;
  const std::string frame = "\x12" + Varint(message.size()) + message;
  ASSERT_LE(frame.size(), kFrameBytesMax);
  EXPECT_EQ(DecodeFrame(frame).status().message(),
            "SEND with a payload of 8388481 bytes, more than 8388480");
}

TEST(FrameTest, TooManyMessagesAreRefused) {
  MessageBatch batch;
  batch.messages.resize(kBatchMessagesMax);
  std::string bytes = EncodeFrame(batch);
  EXPECT_TRUE(DecodeFrame(bytes).ok());
  AppendMessage(Message(), bytes);
  EXPECT_EQ(DecodeFrame(bytes).status().message(),
            "a frame of more than 16384 messages");
}

TEST(FrameTest, AsManyAddressRecordsAsThereAreNodesFitAndNoMore) {
  AddressRecords records;
  records.records.assign(kAddressRecordsMax,
                         std::string(kAddressRecordBytesMax, 'r'));
  const std::string bytes = EncodeFrame(records);
  EXPECT_LE(bytes.size(), kRecordsFrameBytesMax);
  const absl::StatusOr<Frame> back = DecodeFrame(bytes);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(std::get<AddressRecords>(*back), records);

  records.records.assign(kAddressRecordsMax + 1, "r");
  EXPECT_EQ(DecodeFrame(EncodeFrame(records)).status().message(),
            "a frame of 65 address records in place of 1 to 64");
  records.records.assign(1'000'000, "");
  EXPECT_EQ(DecodeFrame(EncodeFrame(records)).status().message(),
            "a frame of 2000004 bytes of address records: more than 65800");
}

TEST(FrameTest, RandomBytesAreRefusedOrReadButNeverCrash) {
  TestRandom random(3);
  for (uint64_t round = 0; round < 20 * kRounds; ++round) {
    const absl::StatusOr<Frame> frame =
        DecodeFrame(random.Bytes(random.Below(100)));
    if (frame.ok()) {
      EXPECT_TRUE(DecodeFrame(EncodeFrame(*frame)).ok());
    }
  }
}

TEST(FrameTest, DamagedFramesAreRefusedOrReadButNeverCrash) {
  TestRandom random(4);
  size_t refused = 0;
  for (uint64_t round = 0; round < 20 * kRounds; ++round) {
    std::string bytes;
    AppendMessage(random.Message(), bytes);
    bytes[random.Below(bytes.size())] ^=
        static_cast<char>(1 + random.Below(255));
    if (random.Below(4) == 0) bytes.resize(random.Below(bytes.size()));
    const absl::StatusOr<Frame> frame = DecodeFrame(bytes);
    if (!frame.ok()) {
      ++refused;
      continue;
    }
    // What is let through is a frame like any other.
    const absl::StatusOr<Frame> back = DecodeFrame(EncodeFrame(*frame));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, *frame);
  }
  EXPECT_GT(refused, kRounds);
}

}  // namespace
}  // namespace distdb
