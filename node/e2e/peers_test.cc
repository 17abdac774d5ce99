// What a cluster of real processes does with peers that are not who they should
// be, and with strangers at its door: it counts them and goes on. And with new
// keys: nothing is dropped.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "net/socket.h"
#include "net/tls/keys.h"
#include "net/unique_fd.h"
#include "node/cluster_files.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/database_client.h"
#include "node/demo/local_cluster.h"
#include "node/key_file.h"
#include "node/testing/files.h"
#include "node/testing/program.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PeersTest : public ::testing::Test {
 protected:
  PeersTest() {
    LocalClusterOptions options;
    options.dir = dir_.path();
    options.program = DistdbPath();
    absl::StatusOr<std::unique_ptr<LocalCluster>> cluster =
        LocalCluster::Create(options);
    EXPECT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = *std::move(cluster);
    const absl::Status started = cluster_->StartAll();
    EXPECT_TRUE(started.ok()) << started;
  }

  std::string ConfigFile(int id) const {
    return ConfigPath(dir_.path(), static_cast<uint32_t>(id));
  }
  std::string KeyFile(int id) const {
    return KeyPath(dir_.path(), static_cast<uint32_t>(id));
  }
  std::string Told(int id) const {
    return ReadFile(absl::StrCat(dir_.path(), "/node-", id, ".log"));
  }

  // Rewrites node `id`'s configuration.
  void Edit(int id, const std::function<void(NodeConfig&)>& edit) {
    absl::StatusOr<NodeConfig> config = LoadNodeConfig(ConfigFile(id));
    ASSERT_TRUE(config.ok()) << config.status();
    edit(*config);
    std::ofstream(ConfigFile(id)) << config->DebugString();
  }

  // A new key in node `id`'s file.
  std::string NewKey(int id) {
    std::filesystem::remove(KeyFile(id));
    const absl::StatusOr<PrivateKey> key = PrivateKey::Generate();
    EXPECT_TRUE(key.ok() && WriteKeyFile(KeyFile(id), *key).ok());
    return ToString(key->public_key());
  }

  static void SetKey(NodeConfig& config, uint32_t id, const std::string& key) {
    for (Member& member : *config.mutable_members()) {
      if (member.id() == id) member.set_public_key(key);
    }
  }

  // A counter of node 1's status; -1 when it does not answer.
  int64_t Counter(const std::string& name) {
    absl::StatusOr<DatabaseClient> client = cluster_->Connect(1);
    if (!client.ok()) return -1;
    const std::string status = client->Status().value_or("");
    const size_t at = status.find("\n" + name + ": ");
    int64_t value = -1;
    if (at != std::string::npos) {
      const size_t from = at + name.size() + 3;
      EXPECT_TRUE(absl::SimpleAtoi(
          status.substr(from, status.find('\n', from) - from), &value));
    }
    return value;
  }

  // Nodes 1 to 3 take writes.
  void ExpectServing() {
    for (int id = 1; id <= 3; ++id) {
      absl::StatusOr<DatabaseClient> client = cluster_->Connect(id);
      ASSERT_TRUE(client.ok()) << client.status();
      const absl::StatusOr<std::string> token =
          client->Put(absl::StrCat("key", id), "value");
      EXPECT_TRUE(token.ok()) << token.status();
    }
  }

  // Ends node 4, which comes back otherwise than the others know it, until node
  // 1 has refused it more than once.
  void ExpectRefused(const std::function<void(NodeConfig&)>& edit,
                     const std::string& counter, const std::string& told) {
    ASSERT_TRUE(cluster_->Kill(4).ok());
    Edit(4, [&](NodeConfig& config) {
      config.set_data_dir(dir_.path() + "/fresh");  // The log knows better.
      edit(config);
    });
    Program stranger({DistdbPath(), "serve", "--config=" + ConfigFile(4)});
    EXPECT_TRUE(Eventually([&] { return Counter(counter) >= 2; }))
        << stranger.Err() << Told(1);
    ExpectServing();
    EXPECT_EQ(Counter("nodes_up"), 3);
    const std::string log = Told(1);
    const size_t first = log.find(told);
    ASSERT_NE(first, std::string::npos) << log;
    EXPECT_EQ(log.find(told, first + 1), std::string::npos) << "once a minute";
  }

  TempDir dir_;
  std::unique_ptr<LocalCluster> cluster_;
};

TEST_F(PeersTest, APeerWithAWrongKeyIsRefusedAndTheOthersGoOn) {
  ExpectRefused([&](NodeConfig& config) { SetKey(config, 4, NewKey(4)); },
                "peer_wrong_keys", "it shows a key that is not pinned here");
}

TEST_F(PeersTest, APeerOfAnotherClusterIsRefusedAndTheOthersGoOn) {
  ExpectRefused([](NodeConfig& config) { config.set_cluster_id(7); },
                "peer_handshakes_refused", "cluster 7/bracha there and");
}

TEST_F(PeersTest, APeerOfAnotherEpochIsRefusedAndTheOthersGoOn) {
  ExpectRefused([](NodeConfig& config) { config.set_epoch(2); },
                "peer_handshakes_refused", "epoch 2 there and 1 here");
}

TEST_F(PeersTest, StrangersAtTheDoorAreSentAwayAndCounted) {
  const absl::StatusOr<NodeConfig> config = LoadNodeConfig(ConfigFile(1));
  ASSERT_TRUE(config.ok());
  const Endpoint door = *ParseEndpoint(FindMember(*config, 1).peer_address());
  const auto connect = [&] {
    absl::StatusOr<UniqueFd> socket = StartConnect(door);
    EXPECT_TRUE(socket.ok()) << socket.status();
    EXPECT_TRUE(Eventually([&] { return WriteSome(*socket, "").ok(); }));
    return *std::move(socket);
  };
  const UniqueFd silent = connect();
  const UniqueFd halting = connect();
  const UniqueFd slow = connect();
  const UniqueFd garbage = connect();
  // The beginning of a TLS handshake; and one that comes byte by byte.
  const absl::string_view hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                                11);
  ASSERT_TRUE(WriteSome(halting, hello).ok());
  ASSERT_TRUE(WriteSome(garbage, "GET / HTTP/1.1\r\n\r\n").ok());
  size_t said = 0;
  EXPECT_TRUE(Eventually([&] {
    if (said < hello.size()) {
      WriteSome(slow, hello.substr(said++, 1)).status().IgnoreError();
    }
    ExpectServing();
    return Counter("peer_timed_out") == 3 && Counter("peer_malformed") == 1 &&
           Counter("peer_strangers") == 0;
  }));
  EXPECT_EQ(Counter("nodes_up"), 4);
}

TEST_F(PeersTest, NewKeysAreTakenOnSighupWithoutDroppingALink) {
  const std::string key = NewKey(4);
  for (int id = 1; id <= 4; ++id) {
    Edit(id, [&](NodeConfig& config) { SetKey(config, 4, key); });
    cluster_->Signal(id, SIGHUP);
  }
  const std::string taken = "SIGHUP: new links use the keys as they are now";
  for (int id = 1; id <= 4; ++id) {
    EXPECT_TRUE(Eventually([&] {
      return Told(id).find(taken) != std::string::npos;
    })) << Told(id);
  }
  ExpectServing();
  for (int id = 1; id <= 4; ++id) EXPECT_THAT(Told(id), Not(HasSubstr("down")));
  // Node 4 comes back with its new key.
  ASSERT_TRUE(cluster_->Kill(4).ok());
  const absl::Status started = cluster_->Start(4);
  EXPECT_TRUE(started.ok()) << started;
}

TEST_F(PeersTest, KeysThatCannotBeReadLeaveTheOldOnesInForce) {
  std::filesystem::permissions(KeyFile(1), std::filesystem::perms(0644));
  cluster_->Signal(1, SIGHUP);
  EXPECT_TRUE(Eventually([&] {
    return Told(1).find("SIGHUP: the keys in use stay: ") != std::string::npos;
  }));
  EXPECT_THAT(Told(1), HasSubstr("chmod 600"));
  ASSERT_TRUE(cluster_->Kill(4).ok());
  const absl::Status started = cluster_->Start(4);
  EXPECT_TRUE(started.ok()) << started;
  ExpectServing();
}

TEST_F(PeersTest, APeerInTheClearIsRefused) {
  ASSERT_TRUE(cluster_->Kill(4).ok());
  Program clear(
      {DistdbPath(), "serve", "--config=" + ConfigFile(4), "--insecure"});
  EXPECT_TRUE(Eventually([&] { return Counter("peer_malformed") >= 1; }));
  ExpectServing();
  EXPECT_EQ(Counter("nodes_up"), 3);
}

}  // namespace
}  // namespace distdb
