// The life of a real process: it tells systemd that it serves, and when it is
// to end it answers what it has taken on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/types.h"
#include "net/socket.h"
#include "net/unique_fd.h"
#include "node/child_process.h"
#include "node/database_client.h"
#include "node/demo/local_cluster.h"
#include "node/testing/program.h"
#include "node/testing/temp_dir.h"
#include "node/testing/test_cluster.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// A connection in the test's own hands.
class Client {
 public:
  explicit Client(const Endpoint& endpoint)
      : socket_(StartConnect(endpoint).value()) {
    Await(POLLOUT);
    // The node has taken the connection once it answers.
    Say("PING\r\n");
    EXPECT_EQ(Hear(), "+PONG\r\n");
  }

  void Say(const std::string& request) {
    EXPECT_EQ(WriteSome(socket_, request)->bytes, request.size());
  }
  // The next line, or what there is of it when the other side hangs up.
  std::string Hear() {
    std::string line;
    while (!absl::EndsWith(line, "\n") && Await(POLLIN)) {
      char byte = 0;
      const absl::StatusOr<Transfer> got = ReadSome(socket_, &byte, 1);
      if (!got.ok() || got->closed) break;
      line.append(&byte, got->bytes);
    }
    return line;
  }

 private:
  bool Await(short events) {
    pollfd wait{socket_.get(), events, 0};
    return poll(&wait, 1, static_cast<int>(kTestPatience / kMillisecond)) == 1;
  }

  UniqueFd socket_;
};

// A node that ends while a write is in flight, for which it needs others.
class DrainTest : public ::testing::Test {
 protected:
  DrainTest() : writer_(cluster_->endpoint(1)), late_(cluster_->endpoint(1)) {
    cluster_->Signal(3, SIGSTOP);
    cluster_->Signal(4, SIGSTOP);
    const int64_t before = cluster_.Counter(1, "log_records");
    writer_.Say("SET key value\r\n");
    // It is under way once its first record is made.
    EXPECT_TRUE(Eventually(
        [&] { return cluster_.Counter(1, "log_records") > before; }));
  }

  void Terminate() {
    cluster_->Signal(1, SIGTERM);
    EXPECT_TRUE(Eventually(
        [&] { return absl::StrContains(cluster_.Told(1), "draining"); }));
  }

  bool HasEnded() { return !cluster_->IsRunning(1); }

  TestCluster cluster_;
  Client writer_;
  Client late_;
};

TEST_F(DrainTest, WhatIsInFlightIsAnsweredAndWhatIsNewIsRefused) {
  Terminate();
  late_.Say("SET other value\r\n");
  EXPECT_THAT(late_.Hear(),
              StartsWith("-UNAVAILABLE this node is shutting down"));
  EXPECT_FALSE(HasEnded());
  cluster_->Signal(3, SIGCONT);
  cluster_->Signal(4, SIGCONT);
  EXPECT_EQ(writer_.Hear(), "+OK\r\n");
  EXPECT_TRUE(Eventually([&] { return HasEnded(); }));
  EXPECT_THAT(cluster_.Told(1), HasSubstr("[node 1] closed"));
  // What was answered is there, and what was refused is not.
  absl::StatusOr<DatabaseClient> other = cluster_->Connect(3);
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_TRUE(Eventually(
      [&] { return other->Get("key", "")->value_or("") == "value"; }));
  EXPECT_FALSE(other->Get("other", "")->has_value());
}

TEST_F(DrainTest, WhatCannotBeAnsweredDoesNotKeepIt) {
  Terminate();
  EXPECT_TRUE(Eventually([&] { return HasEnded(); }));
  EXPECT_THAT(cluster_.Told(1), HasSubstr("[node 1] closed"));
  EXPECT_EQ(writer_.Hear(), "");
}

TEST_F(DrainTest, ASecondSignalEndsItAtOnce) {
  Terminate();
  cluster_->Signal(1, SIGINT);
  EXPECT_TRUE(Eventually([&] { return HasEnded(); }));
  EXPECT_THAT(cluster_.Told(1), HasSubstr("[node 1] closed"));
}

// What `nodes` says at node 1 of node 4.
std::string LineOfNode4(TestCluster& cluster) {
  absl::StatusOr<DatabaseClient> client = cluster->Connect(1);
  if (!client.ok()) return "";
  const std::string text = client->Nodes().value_or("");
  const size_t at = text.find("\n4 ");
  return at == std::string::npos ? "" : text.substr(at + 1);
}

TEST(NodesTest, ANodeThatGivesNoSignOfLifeIsSuspectedAsLongAsItDoes) {
  TestCluster cluster;
  EXPECT_THAT(LineOfNode4(cluster), HasSubstr(" up "));
  EXPECT_THAT(LineOfNode4(cluster), HasSubstr(" suspected=no peer=127.0.0.1:"));
  cluster->Signal(4, SIGSTOP);
  EXPECT_TRUE(Eventually([&] {
    return absl::StrContains(LineOfNode4(cluster), " suspected=yes");
  }));
  cluster->Signal(4, SIGCONT);
  EXPECT_TRUE(Eventually([&] {
    const std::string line = LineOfNode4(cluster);
    return absl::StrContains(line, " up ") &&
           absl::StrContains(line, " suspected=no") &&
           absl::StrContains(line, " rtt=");
  }));
}

// A socket as systemd listens on it.
class NotifySocket {
 public:
  NotifySocket() : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = absl::StrCat("@distdb-test-", getpid());
    std::memcpy(address.sun_path, name.data(), name.size());
    address.sun_path[0] = '\0';  // Of no folder.
    const size_t size = offsetof(sockaddr_un, sun_path) + name.size();
    EXPECT_EQ(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(size)),
              0);
    setenv("NOTIFY_SOCKET", name.c_str(), 1);
    setenv("WATCHDOG_USEC", "100000", 1);
  }
  ~NotifySocket() {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
  }

  // Waits for the next datagram.
  std::string Hear() {
    pollfd wait{fd_.get(), POLLIN, 0};
    const int patience = static_cast<int>(kTestPatience / kMillisecond);
    if (poll(&wait, 1, patience) != 1) return "(nothing)";
    char bytes[1024];
    const ssize_t size = recv(fd_.get(), bytes, sizeof(bytes), 0);
    return std::string(bytes, static_cast<size_t>(size));
  }

 private:
  UniqueFd fd_;
};

TEST(ServiceTest, SystemdIsToldOfTheWholeLifeAndTheLogIsJson) {
  TempDir dir;
  const Finished init =
      RunDistdb({"init", "--dir=" + dir.path(), "--nodes=1", "--base_port=0"});
  ASSERT_EQ(init.exit, (ChildExit{0, 0})) << init.err;
  NotifySocket systemd;
  Program node({DistdbPath(), "serve",
                "--config=" + dir.path() + "/node-1.textproto",
                "--log_format=json"});
  EXPECT_THAT(systemd.Hear(),
              StartsWith("READY=1\nSTATUS=serving clients on 127.0.0.1:"));
  EXPECT_EQ(systemd.Hear(), "WATCHDOG=1");
  EXPECT_EQ(systemd.Hear(), "WATCHDOG=1");
  node.Signal(SIGTERM);
  EXPECT_TRUE(Eventually(
      [&] { return absl::StartsWith(systemd.Hear(), "STOPPING=1\n"); }));
  EXPECT_EQ(node.Wait(), (ChildExit{0, 0}));
  EXPECT_THAT(node.Err(), StartsWith("{\"time\":\""));
  EXPECT_THAT(node.Err(),
              HasSubstr("\"level\":\"info\",\"node\":1,\"event\":\"closed\","
                        "\"message\":\"closed\"}\n"));
}

}  // namespace
}  // namespace distdb
