// RespServerTest: a server over a FakeBackend in the test's own loop, and
// clients whose bytes are in the test's hands.

#ifndef DISTDB_NET_RESP_SERVER_TEST_UTIL_H_
#define DISTDB_NET_RESP_SERVER_TEST_UTIL_H_

#include <poll.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "net/event_loop.h"
#include "net/resp/fake_backend_test_util.h"
#include "net/resp/reply_parser.h"
#include "net/resp/reply_writer.h"
#include "net/resp/server.h"
#include "net/socket.h"

namespace distdb {

// No test takes this long; it ends one that would hang.
inline constexpr Duration kPatience = 30 * kSecond;

inline std::string Array(const std::vector<std::string>& arguments) {
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

}  // namespace distdb

#endif  // DISTDB_NET_RESP_SERVER_TEST_UTIL_H_
