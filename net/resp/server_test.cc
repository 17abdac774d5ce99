#include "net/resp/server.h"

#include <poll.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "net/codec/random_test_util.h"
#include "net/event_loop.h"
#include "net/resp/fake_backend_test_util.h"
#include "net/resp/reply_parser.h"
#include "net/resp/reply_writer.h"
#include "net/socket.h"

namespace distdb {
namespace {

// No test takes this long; it ends one that would hang.
constexpr Duration kPatience = 30 * kSecond;

std::string Array(const std::vector<std::string>& arguments) {
  std::string bytes;
  AppendArrayHeader(arguments.size(), bytes);
  for (const std::string& argument : arguments) AppendBulk(argument, bytes);
  return bytes;
}

class RespServerTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
    ASSERT_TRUE(loop.ok()) << loop.status();
    loop_ = *std::move(loop);
  }

  void StartServer(RespServerOptions options = {}) {
    absl::StatusOr<UniqueFd> listener = Listen({"127.0.0.1", 0});
    ASSERT_TRUE(listener.ok()) << listener.status();
    endpoint_ = {"127.0.0.1", *LocalPort(*listener)};
    options.listener = *std::move(listener);
    absl::StatusOr<std::unique_ptr<RespServer>> server =
        RespServer::Create(std::move(options), loop_.get(), &backend_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  void RunTurn() {
    loop_->RunOnce(kMillisecond);
    if (answers_) backend_.AnswerAll(*server_);
    server_->Flush();
  }

  bool RunUntil(const std::function<bool()>& condition) {
    const Time deadline = EventLoop::ReadClock() + kPatience;
    while (!condition()) {
      if (EventLoop::ReadClock() > deadline) return false;
      RunTurn();
    }
    return true;
  }

  // Until nothing happens of itself any more.
  void Settle() {
    for (int i = 0; i < 10; ++i) RunTurn();
  }

  struct Connection {
    UniqueFd socket;
    std::string input;
    bool ended = false;
  };

  Connection Connect() {
    absl::StatusOr<UniqueFd> socket = StartConnect(endpoint_);
    EXPECT_TRUE(socket.ok()) << socket.status();
    pollfd fd{.fd = socket->get(), .events = POLLOUT, .revents = 0};
    EXPECT_EQ(poll(&fd, 1, 10'000), 1);
    return {.socket = *std::move(socket), .input = ""};
  }

  // Sends all of `bytes`, while the server runs.
  void Send(Connection& connection, absl::string_view bytes) {
    const bool sent = RunUntil([&] {
      const absl::StatusOr<Transfer> written =
          WriteSome(connection.socket, bytes);
      if (!written.ok()) return true;  // It has hung up; the test will see.
      bytes.remove_prefix(written->bytes);
      return bytes.empty();
    });
    EXPECT_TRUE(sent);
  }

  void Receive(Connection& connection) {
    char buffer[64 * 1024];
    const absl::StatusOr<Transfer> read =
        ReadSome(connection.socket, buffer, sizeof(buffer));
    connection.ended = !read.ok() || read->closed;
    if (read.ok()) connection.input.append(buffer, read->bytes);
  }

  std::optional<RespValue> ReadReply(Connection& connection) {
    std::optional<RespValue> result;
    const bool done = RunUntil([&] {
      absl::string_view bytes = connection.input;
      absl::StatusOr<std::optional<RespValue>> reply = TakeReply(bytes);
      EXPECT_TRUE(reply.ok()) << reply.status();
      if (!reply.ok()) return true;
      if (reply->has_value()) {
        result = **std::move(reply);
        connection.input.erase(0, connection.input.size() - bytes.size());
        return true;
      }
      if (connection.ended) return true;
      Receive(connection);
      return false;
    });
    EXPECT_TRUE(done);
    return result;
  }

  // The reply as RESP text; "" when the connection ended.
  std::string Read(Connection& connection) {
    const std::optional<RespValue> reply = ReadReply(connection);
    return reply.has_value() ? Show(*reply) : "";
  }

  std::string Call(Connection& connection,
                   const std::vector<std::string>& arguments) {
    Send(connection, Array(arguments));
    return Read(connection);
  }

  std::string ReadToTheEnd(Connection& connection) {
    EXPECT_TRUE(RunUntil([&] {
      Receive(connection);
      return connection.ended;
    }));
    return connection.input;
  }

  // "+OK", "-ERR …", ":1", "'bulk'", "nil", "[a, b]".
  static std::string Show(const RespValue& value) {
    switch (value.type) {
      case RespType::kSimple:
        return "+" + value.text;
      case RespType::kError:
        return "-" + value.text;
      case RespType::kInteger:
        return absl::StrCat(":", value.integer);
      case RespType::kBulk:
        return "'" + value.text + "'";
      case RespType::kNil:
        return "nil";
      case RespType::kArray:
        break;
    }
    std::string text = "[";
    for (const RespValue& element : value.elements) {
      absl::StrAppend(&text, text.size() > 1 ? ", " : "", Show(element));
    }
    return text + "]";
  }

  std::unique_ptr<EventLoop> loop_;
  FakeBackend backend_;
  Endpoint endpoint_;
  std::unique_ptr<RespServer> server_;
  bool answers_ = true;  // The backend answers in every turn.
};

TEST_F(RespServerTest, AnswersEveryCommand) {
  StartServer();
  Connection c = Connect();
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"PING"}, "+PONG"},
      {{"ping", "hi"}, "'hi'"},
      {{"ECHO", "hi"}, "'hi'"},
      {{"GET", "a"}, "nil"},
      {{"SET", "a", "1"}, "+OK"},
      {{"GET", "a"}, "'1'"},
      {{"MSET", "b", "2", "c", "3"}, "+OK"},
      {{"MGET", "a", "x", "c"}, "['1', nil, '3']"},
      {{"EXISTS", "a", "x", "b", "a"}, ":3"},
      {{"DBSIZE"}, ":3"},
      {{"KEYS", "*"}, "['a', 'b', 'c']"},
      {{"KEYS", "[ac]"}, "['a', 'c']"},
      {{"DEL", "a", "x"}, ":1"},
      {{"DEL", "a"}, ":0"},
      {{"INFO"}, "'# Section \n'"},
      {{"INFO", "Server"}, "'# Section server\n'"},
      {{"COMMAND"}, "[]"},
      {{"COMMAND", "DOCS"}, "[]"},
      {{"COMMAND", "COUNT"}, ":23"},
      {{"CONFIG", "GET", "save"}, "['save', '']"},
      {{"CONFIG", "GET", "appendonly"}, "['appendonly', 'yes']"},
      {{"CONFIG", "GET", "maxmemory"}, "[]"},
      {{"CLIENT", "SETNAME", "me"}, "+OK"},
      {{"CLIENT", "ID"}, ":1"},
      {{"SELECT", "0"}, "+OK"},
      {{"DISTDB.PUT", "d", "4"}, "'3:5'"},
      {{"DISTDB.GET", "d"}, "'4'"},
      {{"DISTDB.GET", "d", "AT_LEAST", "3:5"}, "'4'"},
      {{"DISTDB.DELETE", "d", "x"}, "['3:6', :1]"},
      {{"DISTDB.LIST", "", "", "1"}, "[:1, 'b', '2']"},
      {{"DISTDB.LIST", "", "c", "10", "at_least", "3:5"}, "[:0, 'c', '3']"},
      {{"DISTDB.NODES"}, "'node-1\n'"},
      {{"DISTDB.STATUS"}, "'well\n'"},
      {{"QUIT"}, "+OK"},
  };
  for (const auto& [arguments, reply] : cases) {
    EXPECT_EQ(Call(c, arguments), reply) << arguments[0];
  }
  EXPECT_EQ(ReadToTheEnd(c), "");
  EXPECT_EQ(server_->Stats().clients, 0u);
  EXPECT_EQ(server_->Stats().commands, std::size(cases));
}

TEST_F(RespServerTest, WhatIsWrongIsRefusedAndTheConnectionGoesOn) {
  StartServer();
  Connection c = Connect();
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"NONSENSE", "x"}, "-ERR unknown command 'NONSENSE'"},
      {{"HELLO", "3"}, "-ERR unknown command 'HELLO'"},
      {{""}, "-ERR unknown command ''"},
      {{"GET"}, "-ERR wrong number of arguments for 'get' command"},
      {{"GET", "a", "b"}, "-ERR wrong number of arguments for 'get' command"},
      {{"MSET", "a"}, "-ERR wrong number of arguments for 'mset' command"},
      {{"MSET", "a", "1", "b"},
       "-ERR wrong number of arguments for 'mset' command"},
      {{"SET", "a", "1", "NX"},
       "-ERR SET with NX needs a total order of all writes, which this mode "
       "does not have"},
      {{"SET", "a", "1", "EX", "10"},
       "-ERR SET with EX needs a total order of all writes, which this mode "
       "does not have"},
      {{"SET", "a", "1", "WHAT"}, "-ERR syntax error"},
      {{"INCR", "a"},
       "-ERR INCR needs a total order of all writes, which this mode does not "
       "have"},
      {{"SELECT", "1"}, "-ERR there is one database, 0"},
      {{"CONFIG", "SET", "save", ""},
       "-ERR CONFIG can only GET: a node is configured by the file that it is "
       "started with"},
      {{"SCAN", "x"}, "-ERR invalid cursor"},
      {{"SCAN", "77"},
       "-ERR cursor 77 is not known any more: begin again with 0"},
      {{"SCAN", "0", "COUNT"}, "-ERR syntax error"},
      {{"SCAN", "0", "COUNT", "0"}, "-ERR syntax error"},
      {{"DISTDB.GET", "a", "AT_LEAST", "9"},
       "-ERR token '9': give ORIGIN:SEQ as a put printed it, as in 1:42"},
      {{"DISTDB.GET", "a", "AT"}, "-ERR syntax error: give AT_LEAST TOKEN"},
      {{"DISTDB.LIST", "", "", "10001"},
       "-ERR limit '10001': give between 1 and 10000"},
  };
  for (const auto& [arguments, reply] : cases) {
    EXPECT_EQ(Call(c, arguments), reply);
  }
  EXPECT_TRUE(backend_.map.empty());
  EXPECT_EQ(Call(c, {"PING"}), "+PONG");
}

TEST_F(RespServerTest, TheReplicasErrorsHaveTheirCode) {
  StartServer();
  Connection c = Connect();
  const std::pair<absl::Status, std::string> cases[] = {
      {absl::InvalidArgumentError("too long"), "-ERR too long"},
      {absl::ResourceExhaustedError("full"), "-TRYAGAIN full"},
      {absl::UnavailableError("disk"), "-UNAVAILABLE disk"},
      {absl::DeadlineExceededError("late"), "-TIMEOUT late"},
  };
  for (const auto& [status, reply] : cases) {
    backend_.status = status;
    EXPECT_EQ(Call(c, {"SET", "a", "1"}), reply);
    EXPECT_EQ(Call(c, {"GET", "a"}), reply);
    EXPECT_EQ(Call(c, {"MGET", "a", "b"}), reply);
    EXPECT_EQ(Call(c, {"KEYS", "*"}), reply);
    EXPECT_EQ(Call(c, {"SCAN", "0"}), reply);
  }
}

TEST_F(RespServerTest, InlineCommandsWork) {
  StartServer();
  Connection c = Connect();
  Send(c, "SET name \"alice b\"\r\nget name\nPING\r\n");
  EXPECT_EQ(Read(c), "+OK");
  EXPECT_EQ(Read(c), "'alice b'");
  EXPECT_EQ(Read(c), "+PONG");
}

TEST_F(RespServerTest, APipelineSeesItsOwnWritesAndNoneFromItsFuture) {
  StartServer();
  answers_ = false;
  Connection c = Connect();
  Send(c, Array({"SET", "k", "1"}) + Array({"SET", "j", "1"}) +
              Array({"GET", "k"}) + Array({"GET", "j"}) + Array({"PING"}) +
              Array({"SET", "k", "2"}) + Array({"GET", "k"}));
  ASSERT_TRUE(RunUntil([&] { return !backend_.pending.empty(); }));
  Settle();
  // The two writes are in flight together; the reads wait.
  EXPECT_EQ(backend_.pending.size(), 2u);
  backend_.AnswerOne(*server_);
  Settle();
  EXPECT_EQ(backend_.pending.size(), 1u);
  backend_.AnswerOne(*server_);
  Settle();
  // The two reads together; the third write waits.
  ASSERT_EQ(backend_.pending.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<Get>(backend_.pending.front().command));
  answers_ = true;
  for (const char* reply :
       {"+OK", "+OK", "'1'", "'1'", "+PONG", "+OK", "'2'"}) {
    EXPECT_EQ(Read(c), reply);
  }
}

TEST_F(RespServerTest, RepliesLeaveInTheOrderOfTheRequests) {
  StartServer();
  answers_ = false;
  Connection c = Connect();
  std::string pipeline;
  for (int i = 0; i < 5; ++i) {
    pipeline += Array({"DISTDB.PUT", absl::StrCat(i), "v"});
  }
  pipeline += Array({"PING"});
  Send(c, pipeline);
  ASSERT_TRUE(RunUntil([&] { return backend_.pending.size() == 5; }));
  // Answered in the reverse order.
  std::vector<FakeBackend::Pending> pending(backend_.pending.begin(),
                                            backend_.pending.end());
  for (uint64_t i = 5; i > 0; --i) {
    Reply reply;
    reply.client = pending[i - 1].client;
    reply.request = pending[i - 1].request;
    reply.token = Dot{NodeId(0), Seq(i)};
    server_->OnReply(std::move(reply));
  }
  backend_.pending.clear();
  for (const char* reply :
       {"'1:1'", "'1:2'", "'1:3'", "'1:4'", "'1:5'", "+PONG"}) {
    EXPECT_EQ(Read(c), reply);
  }
}

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

TEST_F(RespServerTest, ScanFindsEveryKeyOnceAndAnyConnectionMayGoOn) {
  StartServer();
  for (int i = 0; i < 100; ++i) backend_.map[absl::StrCat("k", i)] = "v";
  backend_.map["other"] = "v";
  std::string cursor = "0";
  std::vector<std::string> keys;
  int rounds = 0;
  do {
    Connection c = Connect();
    Send(c, Array({"SCAN", cursor, "MATCH", "k*", "COUNT", "7"}));
    const std::optional<RespValue> reply = ReadReply(c);
    ASSERT_TRUE(reply.has_value());
    ASSERT_EQ(reply->elements.size(), 2u);
    cursor = reply->elements[0].text;
    for (const RespValue& key : reply->elements[1].elements) {
      keys.push_back(key.text);
    }
    ASSERT_LT(++rounds, 20);
  } while (cursor != "0");
  std::vector<std::string> expected;
  for (const auto& [key, value] : backend_.map) {
    if (key[0] == 'k') expected.push_back(key);
  }
  EXPECT_EQ(keys, expected);
}

TEST_F(RespServerTest, KeysGoesThroughManyPages) {
  StartServer();
  for (int i = 0; i < 2000; ++i) backend_.map[absl::StrCat("k", i)] = "v";
  Connection c = Connect();
  Send(c, Array({"KEYS", "k*9"}));
  const std::optional<RespValue> reply = ReadReply(c);
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->elements.size(), 200u);
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
