#include "net/resp/reply_parser.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "net/codec/random_test_util.h"
#include "net/resp/reply_writer.h"

namespace distdb {
namespace {

std::string SomeReplies() {
  std::string bytes;
  AppendSimple("OK", bytes);
  AppendError("ERR line\r\nbreaks", bytes);
  AppendInteger(-42, bytes);
  AppendBulk("a\r\nb", bytes);
  AppendNil(bytes);
  AppendArrayHeader(3, bytes);
  AppendBulk("", bytes);
  AppendArrayHeader(0, bytes);
  AppendNil(bytes);
  return bytes;
}

TEST(ReplyParserTest, ReadsWhatTheWriterWrites) {
  const std::string all = SomeReplies();
  absl::string_view bytes = all;
  const RespValue expected[] = {
      {.type = RespType::kSimple, .text = "OK"},
      {.type = RespType::kError, .text = "ERR line  breaks"},
      {.type = RespType::kInteger, .integer = -42},
      {.type = RespType::kBulk, .text = "a\r\nb"},
      {.type = RespType::kNil},
      {.type = RespType::kArray,
       .elements = {{.type = RespType::kBulk},
                    {.type = RespType::kArray},
                    {.type = RespType::kNil}}},
  };
  for (const RespValue& value : expected) {
    const auto reply = TakeReply(bytes);
    ASSERT_TRUE(reply.ok() && reply->has_value());
    EXPECT_EQ(**reply, value);
  }
  EXPECT_TRUE(bytes.empty());
}

TEST(ReplyParserTest, WaitsForTheRestOfAReply) {
  std::string whole;
  AppendArrayHeader(2, whole);
  AppendBulk("abc", whole);
  AppendInteger(7, whole);
  for (size_t size = 0; size < whole.size(); ++size) {
    absl::string_view part = absl::string_view(whole).substr(0, size);
    const auto reply = TakeReply(part);
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_FALSE(reply->has_value());
    EXPECT_EQ(part.size(), size);
  }
}

TEST(ReplyParserTest, WhatIsNoReplyIsAnError) {
  std::string nested;
  for (int i = 0; i < 100; ++i) nested += "*1\r\n";
  for (const std::string& bad :
       {std::string("\r\n"), std::string("hello\r\n"), std::string("$x\r\n"),
        std::string("$-2\r\n"), std::string("*999999999999\r\n"), nested}) {
    absl::string_view bytes = bad;
    EXPECT_EQ(TakeReply(bytes).status().code(), absl::StatusCode::kDataLoss)
        << bad;
  }
}

TEST(ReplyParserTest, DamagedRepliesNeverCrash) {
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    TestRandom random(seed);
    std::string damaged = SomeReplies();
    for (size_t i = 1 + random.Below(3); i > 0; --i) {
      damaged[random.Below(damaged.size())] = "*$:\r\n0129-x"[random.Below(11)];
    }
    absl::string_view bytes = damaged;
    size_t left = bytes.size() + 1;
    while (bytes.size() < left) {
      left = bytes.size();
      const auto reply = TakeReply(bytes);
      if (!reply.ok() || !reply->has_value()) break;
    }
    EXPECT_LE(bytes.size(), left);
  }
}

}  // namespace
}  // namespace distdb
