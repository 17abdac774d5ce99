#include "net/resp/server.h"

#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "net/resp/fake_backend_test_util.h"
#include "net/resp/reply_parser.h"
#include "net/resp/server_test_util.h"

namespace distdb {
namespace {

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
      {{"COMMAND", "COUNT"}, ":24"},
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
      {{"DISTDB.BACKUP", "0"}, "[:1, :0, 'page', '18446744073709551615', :3]"},
      {{"DISTDB.BACKUP", "1"}, "[:1, :1, 'page', '18446744073709551615', :3]"},
      {{"DISTDB.BACKUP", "2"}, "-ERR no such backup"},
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

}  // namespace
}  // namespace distdb
