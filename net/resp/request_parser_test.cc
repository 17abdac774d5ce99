#include "net/resp/request_parser.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "net/codec/random_test_util.h"
#include "net/resp/reply_writer.h"

namespace distdb {
namespace {

using Requests = std::vector<RequestParser::Arguments>;

// All requests in what has been appended.
Requests Drain(RequestParser& parser) {
  Requests requests;
  while (true) {
    absl::StatusOr<std::optional<RequestParser::Arguments>> request =
        parser.Next();
    EXPECT_TRUE(request.ok()) << request.status();
    if (!request.ok() || !request->has_value()) return requests;
    requests.push_back(**std::move(request));
  }
}

Requests Parse(absl::string_view bytes) {
  RequestParser parser;
  parser.Append(bytes);
  return Drain(parser);
}

std::string ErrorOf(absl::string_view bytes) {
  RequestParser parser;
  parser.Append(bytes);
  while (true) {
    const auto request = parser.Next();
    if (!request.ok()) return std::string(request.status().message());
    if (!request->has_value()) return "";
  }
}

TEST(RequestParserTest, FindsTheSameRequestsInEverySlicing) {
  TestRandom random(1);
  Requests expected;
  std::string stream;
  for (int i = 0; i < 100; ++i) {
    RequestParser::Arguments arguments;
    AppendArrayHeader(1 + random.Below(5), stream);
    const size_t count = static_cast<size_t>(stream[stream.size() - 3] - '0');
    for (size_t k = 0; k < count; ++k) {
      arguments.push_back(random.Bytes(random.Below(100)));
      AppendBulk(arguments.back(), stream);
    }
    expected.push_back(std::move(arguments));
    if (i % 10 == 0) {
      stream += "PING inline\r\n";
      expected.push_back({"PING", "inline"});
    }
  }
  for (const size_t piece_bytes_max : {1, 2, 7, 100, 100'000}) {
    RequestParser parser;
    Requests found;
    for (const absl::string_view slice :
         random.Slices(stream, piece_bytes_max)) {
      parser.Append(slice);
      for (auto& request : Drain(parser)) found.push_back(std::move(request));
    }
    EXPECT_EQ(found, expected);
    EXPECT_EQ(parser.buffered_bytes(), 0u);
  }
}

TEST(RequestParserTest, InlineCommandsAreWordsOfWhichOneMayBeQuoted) {
  EXPECT_EQ(Parse("SET key value\n"), (Requests{{"SET", "key", "value"}}));
  EXPECT_EQ(Parse("  SET\t key  \r\n"), (Requests{{"SET", "key"}}));
  EXPECT_EQ(Parse("ECHO \"a b\\x41\\n\\\"\" 'c\\'d \\n'\r\n"),
            (Requests{{"ECHO", "a bA\n\"", "c'd \\n"}}));
  EXPECT_EQ(Parse("ECHO \"\"\r\n"), (Requests{{"ECHO", ""}}));
}

TEST(RequestParserTest, EmptyRequestsArePassedOver) {
  EXPECT_EQ(Parse("\r\n\n  \r\n*0\r\n*-1\r\nPING\r\n"), (Requests{{"PING"}}));
}

TEST(RequestParserTest, WhatIsMalformedIsNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {"*1048577\r\n", "invalid multibulk length"},
      {"*x\r\n", "invalid multibulk length"},
      {"*\r\n", "invalid multibulk length"},
      {"*99999999999999999999\r\n", "invalid multibulk length"},
      {"*1\r\nPING\r\n", "expected '$', got 'P'"},
      {"*1\r\n\x01", "expected '$', got byte 1"},
      {"*1\r\n$-1\r\n", "invalid bulk length"},
      {"*1\r\n$8388609\r\n", "invalid bulk length"},
      {"*1\r\n$x\r\n", "invalid bulk length"},
      {"*1\r\n$4\r\nPINGxx", "no end of line after a bulk string"},
      {"ECHO \"a\r\n", "unbalanced quotes in request"},
      {"ECHO \"a\"b\r\n", "unbalanced quotes in request"},
      {std::string(70'000, 'x'), "too big request line"},
      {"*1\r\n$" + std::string(70'000, '1'), "too big bulk length line"},
  };
  for (const auto& [bytes, error] : cases) {
    EXPECT_EQ(ErrorOf(bytes), "Protocol error: " + error);
  }
}

TEST(RequestParserTest, ARequestBeyondTheLimitIsRefusedBeforeItHasArrived) {
  RequestParser parser;
  parser.Append("*9\r\n");
  const std::string bulk(kBulkBytesMax, 'x');
  std::string argument;
  AppendBulk(bulk, argument);
  parser.Append(argument);
  parser.Append(argument);
  EXPECT_FALSE(parser.Next()->has_value());
  parser.Append("$1\r\n");
  EXPECT_EQ(parser.Next().status().message(),
            "Protocol error: a request of more than 16777216 bytes");
}

TEST(RequestParserTest, AnErrorStays) {
  RequestParser parser;
  parser.Append("*x\r\n");
  EXPECT_FALSE(parser.Next().ok());
  parser.Append("PING\r\n");
  EXPECT_FALSE(parser.Next().ok());
}

TEST(RequestParserTest, RandomBytesAreRefusedOrReadButNeverCrash) {
  // Bytes that mean something come often.
  constexpr absl::string_view kAlphabet = "*$\r\n0123456789-\"'\\x A";
  size_t requests = 0;
  size_t errors = 0;
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    TestRandom random(seed);
    std::string stream;
    for (size_t i = random.Below(200); i > 0; --i) {
      const bool any = random.Below(20) == 0;
      stream.push_back(any ? static_cast<char>(random.Next())
                           : kAlphabet[random.Below(kAlphabet.size())]);
    }
    RequestParser parser;
    bool broken = false;
    for (const absl::string_view slice : random.Slices(stream, 16)) {
      parser.Append(slice);
      auto request = parser.Next();
      while (request.ok() && request->has_value()) {
        ASSERT_FALSE((*request)->empty());
        ++requests;
        request = parser.Next();
      }
      broken = !request.ok();
      if (broken) break;
    }
    errors += broken ? 1 : 0;
    EXPECT_LE(parser.buffered_bytes(), stream.size());
  }
  EXPECT_GT(requests, 1000u);
  EXPECT_GT(errors, 1000u);
}

}  // namespace
}  // namespace distdb
