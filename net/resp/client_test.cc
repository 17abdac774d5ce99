#include "net/resp/client.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "gtest/gtest.h"
#include "net/event_loop.h"
#include "net/resp/fake_backend_test_util.h"
#include "net/resp/server.h"
#include "net/socket.h"

namespace distdb {
namespace {

constexpr Duration kTimeout = 10 * kSecond;

// A server on a thread of its own, since the client blocks.
class RespClientTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<UniqueFd> listener = Listen({"127.0.0.1", 0});
    ASSERT_TRUE(listener.ok()) << listener.status();
    endpoint_ = {"127.0.0.1", *LocalPort(*listener)};
    loop_ = *EventLoop::Create();
    RespServerOptions options;
    options.listener = *std::move(listener);
    server_ = *RespServer::Create(std::move(options), loop_.get(), &backend_);
    thread_ = std::thread([this] {
      while (!stop_) {
        loop_->RunOnce(-1);
        backend_.AnswerAll(*server_);
        server_->Flush();
      }
      server_.reset();
    });
  }
  void TearDown() override { Stop(); }

  void Stop() {
    if (!thread_.joinable()) return;
    loop_->Post([this] { stop_ = true; });
    thread_.join();
  }

  Endpoint endpoint_;
  std::unique_ptr<EventLoop> loop_;
  FakeBackend backend_;
  std::unique_ptr<RespServer> server_;
  std::thread thread_;
  bool stop_ = false;  // Of the server's thread.
};

TEST_F(RespClientTest, CallsAndReadsReplies) {
  absl::StatusOr<RespClient> client = RespClient::Connect(endpoint_, kTimeout);
  ASSERT_TRUE(client.ok()) << client.status();
  const std::string large(1024 * 1024, 'x');
  EXPECT_EQ(client->Call({"SET", "k", large}, kTimeout)->text, "OK");
  EXPECT_EQ(client->Call({"GET", "k"}, kTimeout)->text, large);
  EXPECT_EQ(client->Call({"GET", "none"}, kTimeout)->type, RespType::kNil);
  const absl::StatusOr<RespValue> error = client->Call({"NONE"}, kTimeout);
  ASSERT_TRUE(error.ok());
  EXPECT_EQ(error->type, RespType::kError);
  EXPECT_EQ(error->text, "ERR unknown command 'NONE'");
}

TEST_F(RespClientTest, WhenTheServerGoesTheCallFails) {
  absl::StatusOr<RespClient> client = RespClient::Connect(endpoint_, kTimeout);
  ASSERT_TRUE(client.ok());
  ASSERT_TRUE(client->Call({"PING"}, kTimeout).ok());
  Stop();
  EXPECT_EQ(client->Call({"PING"}, kTimeout).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(RespClientTest, WhereNobodyListensTheErrorNamesTheAddress) {
  Stop();
  const absl::Status status = RespClient::Connect(endpoint_, kTimeout).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(), "no node at " + ToString(endpoint_) +
                                  ": Connection refused; start one, or give "
                                  "its --addr");
}

TEST(RespClientTimeoutTest, ASilentServerIsGivenUpOn) {
  const absl::StatusOr<UniqueFd> listener = Listen({"127.0.0.1", 0});
  ASSERT_TRUE(listener.ok());
  const Endpoint silent{"127.0.0.1", *LocalPort(*listener)};
  absl::StatusOr<RespClient> client = RespClient::Connect(silent, kTimeout);
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(client->Call({"PING"}, 10 * kMillisecond).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace distdb
