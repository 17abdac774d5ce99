// What the server does with clients that go wrong or too far.

#include <sys/socket.h>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "net/codec/random_test_util.h"
#include "net/resp/server.h"
#include "net/resp/server_test_util.h"

namespace distdb {
namespace {

TEST_F(RespServerTest, ALongPipelineIsAnsweredWholeAndInFlightIsBounded) {
  StartServer();
  Connection c = Connect();
  constexpr int kCount = 10'000;
  std::string pipeline;
  for (int i = 0; i < kCount; ++i) {
    pipeline += Array({"SET", absl::StrCat("k", i), absl::StrCat(i)});
  }
  for (int i = 0; i < kCount; ++i) {
    pipeline += Array({"GET", absl::StrCat("k", i)});
  }
  Send(c, pipeline);
  for (int i = 0; i < kCount; ++i) ASSERT_EQ(Read(c), "+OK");
  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(Read(c), absl::StrCat("'", i, "'"));
  }
  EXPECT_LE(backend_.pending_max, 1024u);
  EXPECT_GT(backend_.pending_max, 100u) << "writes are in flight together";
}

TEST_F(RespServerTest, AnAnswerThatIsTooLargeIsRefused) {
  StartServer();
  const std::string value(1024 * 1024, 'v');
  std::vector<std::string> mget = {"MGET"};
  for (int i = 0; i < 100; ++i) {
    backend_.map[absl::StrCat("k", i)] = value;
    mget.push_back(absl::StrCat("k", i));
  }
  Connection c = Connect();
  EXPECT_EQ(Call(c, mget), "-ERR the answer is too large: ask for fewer keys");
  EXPECT_EQ(Call(c, {"DISTDB.LIST", "", "", "100"}),
            "-ERR the answer is too large: give a smaller limit");
  EXPECT_EQ(Call(c, {"PING"}), "+PONG");
}

TEST_F(RespServerTest, MalformedRequestsAreAnsweredAndClosed) {
  StartServer();
  const std::pair<std::string, std::string> cases[] = {
      {"*1\r\nPING\r\n", "-ERR Protocol error: expected '$', got 'P'\r\n"},
      {"PING\r\n*x\r\nPING\r\n",
       "+PONG\r\n-ERR Protocol error: invalid multibulk length\r\n"},
      {"*1\r\n$99999999\r\n", "-ERR Protocol error: invalid bulk length\r\n"},
  };
  for (const auto& [bytes, reply] : cases) {
    Connection c = Connect();
    Send(c, bytes);
    EXPECT_EQ(ReadToTheEnd(c), reply);
  }
  EXPECT_EQ(server_->Stats().protocol_errors, std::size(cases));
  EXPECT_EQ(server_->Stats().clients, 0u);
}

TEST_F(RespServerTest, AWebPageCannotSendCommands) {
  StartServer();
  Connection c = Connect();
  Send(c, "POST / HTTP/1.1\r\nHost: a\r\n\r\nSET a 1\r\n");
  EXPECT_EQ(ReadToTheEnd(c), "-ERR unknown command 'POST'\r\n");
  EXPECT_TRUE(backend_.map.empty());
}

TEST_F(RespServerTest, RandomBytesNeverCrashAndOthersAreServed) {
  StartServer();
  Connection good = Connect();
  for (uint64_t seed = 0; seed < 100; ++seed) {
    TestRandom random(seed);
    Connection bad = Connect();
    const std::string garbage = random.Bytes(random.Below(5000));
    Send(bad, garbage);
    if (seed % 2 == 0) Receive(bad);
    if (seed % 10 == 0) {
      EXPECT_EQ(Call(good, {"PING"}), "+PONG");
    }
  }
  EXPECT_TRUE(RunUntil([&] { return server_->Stats().clients == 1; }));
}

TEST_F(RespServerTest, AClientThatEndsItsSideIsStillAnswered) {
  StartServer();
  Connection c = Connect();
  answers_ = false;
  Send(c, "SET a 1\r\nGET a\r\n");
  ASSERT_EQ(shutdown(c.socket.get(), SHUT_WR), 0);
  ASSERT_TRUE(RunUntil([&] { return !backend_.pending.empty(); }));
  Settle();
  answers_ = true;
  EXPECT_EQ(ReadToTheEnd(c), "+OK\r\n$1\r\n1\r\n");
}

TEST_F(RespServerTest, RepliesToAClientThatHasLeftAreDropped) {
  StartServer();
  answers_ = false;
  {
    Connection c = Connect();
    // Unread replies make the close abrupt.
    Send(c, "PING\r\nSET a 1\r\n");
    ASSERT_TRUE(RunUntil([&] { return !backend_.pending.empty(); }));
  }
  ASSERT_TRUE(RunUntil([&] { return server_->Stats().clients == 0; }));
  backend_.AnswerAll(*server_);
  Settle();
  EXPECT_EQ(backend_.map.size(), 1u);
}

TEST_F(RespServerTest, AClientThatDoesNotReadIsNotReadEither) {
  StartServer();
  backend_.map["k"] = std::string(200'000, 'v');
  Connection c = Connect();
  constexpr int kCount = 200;
  std::string pipeline;
  for (int i = 0; i < kCount; ++i) pipeline += Array({"GET", "k"});
  Send(c, pipeline);
  Settle();
  EXPECT_LE(backend_.pending_max, 64u);
  // The replies that fit are on their way; the other requests wait.
  const uint64_t parsed = server_->Stats().commands;
  Settle();
  EXPECT_EQ(server_->Stats().commands, parsed);
  // Then it reads, and gets all of them.
  const std::string reply = absl::StrCat("'", backend_.map["k"], "'");
  for (int i = 0; i < kCount; ++i) ASSERT_EQ(Read(c), reply);
}

TEST_F(RespServerTest, LargeValuesAreReadAFewAtATimeAndSmallOnesMany) {
  StartServer();
  backend_.map["large"] = std::string(250'000, 'v');
  backend_.map["small"] = "v";
  Connection c = Connect();
  constexpr int kCount = 100;
  for (const char* key : {"large", "small"}) {
    backend_.pending_max = 0;
    std::string pipeline;
    for (int i = 0; i < kCount; ++i) pipeline += Array({"GET", key});
    Send(c, pipeline);
    const std::string reply = absl::StrCat("'", backend_.map[key], "'");
    for (int i = 0; i < kCount; ++i) ASSERT_EQ(Read(c), reply);
    if (backend_.map[key].size() > 1) {
      EXPECT_LE(backend_.pending_max, 16u) << "the first ones; then four";
    } else {
      EXPECT_GT(backend_.pending_max, 30u);
    }
  }
}

TEST_F(RespServerTest, AClientThatNeverReadsIsClosedInTheEnd) {
  RespServerOptions options;
  options.stall_timeout = 20 * kMillisecond;
  StartServer(std::move(options));
  backend_.map["k"] = std::string(1024 * 1024, 'v');
  Connection idle = Connect();
  Connection stalled = Connect();
  std::string pipeline;
  for (int i = 0; i < 100; ++i) pipeline += Array({"GET", "k"});
  Send(stalled, pipeline);
  EXPECT_TRUE(
      RunUntil([&] { return server_->Stats().slow_readers_closed == 1; }));
  EXPECT_EQ(Call(idle, {"PING"}), "+PONG");
}

TEST_F(RespServerTest, BeyondTheLimitTheNewestClientIsToldAndClosed) {
  RespServerOptions options;
  options.clients_max = 2;
  StartServer(std::move(options));
  Connection a = Connect();
  Connection b = Connect();
  EXPECT_EQ(Call(a, {"PING"}), "+PONG");
  EXPECT_EQ(Call(b, {"PING"}), "+PONG");
  Connection c = Connect();
  EXPECT_EQ(ReadToTheEnd(c), "-ERR max number of clients reached\r\n");
  EXPECT_EQ(server_->Stats().refused_connections, 1u);
  a.socket.Close();
  ASSERT_TRUE(RunUntil([&] { return server_->Stats().clients == 1; }));
  Connection d = Connect();
  EXPECT_EQ(Call(d, {"PING"}), "+PONG");
}

}  // namespace
}  // namespace distdb
