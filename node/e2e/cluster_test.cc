// A cluster of real processes: what is written is there, whatever dies.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/command.h"
#include "net/resp/client.h"
#include "node/child_process.h"
#include "node/config.pb.h"
#include "node/database_client.h"
#include "node/demo/local_cluster.h"
#include "node/testing/program.h"
#include "node/testing/read_log.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

class ClusterTest : public ::testing::Test {
 protected:
  void Start(ReplicationMode mode = BRACHA, int nodes = 4) {
    LocalClusterOptions options;
    options.mode = mode;
    options.nodes = nodes;
    options.dir = dir_.path();
    options.program = DistdbPath();
    absl::StatusOr<std::unique_ptr<LocalCluster>> cluster =
        LocalCluster::Create(options);
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = *std::move(cluster);
    const absl::Status started = cluster_->StartAll();
    ASSERT_TRUE(started.ok()) << started;
  }

  // The token, or an empty string when it failed.
  std::string Put(int id, const std::string& key, const std::string& value) {
    absl::StatusOr<DatabaseClient> client = cluster_->Connect(id);
    EXPECT_TRUE(client.ok()) << client.status();
    if (!client.ok()) return "";
    const absl::StatusOr<std::string> token = client->Put(key, value);
    EXPECT_TRUE(token.ok()) << token.status();
    return token.ok() ? *token : "";
  }

  std::string Get(int id, const std::string& key, const std::string& token) {
    absl::StatusOr<DatabaseClient> client = cluster_->Connect(id);
    EXPECT_TRUE(client.ok()) << client.status();
    if (!client.ok()) return "(error)";
    const absl::StatusOr<absl::optional<std::string>> value =
        client->Get(key, token);
    EXPECT_TRUE(value.ok()) << value.status();
    return value.ok() ? value->value_or("(nil)") : "(error)";
  }

  std::string ConfigFlag(int id) const {
    return absl::StrCat("--config=", dir_.path(), "/node-", id, ".textproto");
  }
  std::string LogPath(int id) const {
    return absl::StrCat(dir_.path(), "/node-", id, "/log-0000000001");
  }
  std::string Told(int id) const {
    return ReadFile(absl::StrCat(dir_.path(), "/node-", id, ".log"));
  }

  TempDir dir_;
  std::unique_ptr<LocalCluster> cluster_;
};

// What holds in every mode.
class EveryModeTest : public ClusterTest,
                      public ::testing::WithParamInterface<ReplicationMode> {};

INSTANTIATE_TEST_SUITE_P(Modes, EveryModeTest,
                         ::testing::Values(BRACHA, BROADCAST),
                         [](const auto& mode) {
                           return ReplicationMode_Name(mode.param);
                         });

TEST_P(EveryModeTest, AReadThatGivesTheTokenSeesTheWriteOnEveryNode) {
  Start(GetParam());
  const std::string token = Put(1, "k", "v");
  EXPECT_EQ(token, "1:1");
  for (int id = 1; id <= 4; ++id) EXPECT_EQ(Get(id, "k", token), "v") << id;
}

TEST_P(EveryModeTest, WritesGoOnWithoutOneNodeWhichLaterHasWhatItMissed) {
  Start(GetParam());
  Put(1, "before", "1");
  ASSERT_TRUE(cluster_->Kill(4).ok());
  for (int i = 0; i < 100; ++i) {
    Put(1 + i % 3, absl::StrCat("key", i), absl::StrCat("value", i));
  }
  const absl::Status started = cluster_->Start(4);
  ASSERT_TRUE(started.ok()) << started;
  EXPECT_EQ(Get(4, "before", ""), "1");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Get(4, absl::StrCat("key", i), ""), absl::StrCat("value", i));
  }
}

TEST_P(EveryModeTest, ACrashOfAllAtOnceKeepsEveryAnsweredWrite) {
  Start(GetParam());
  for (int i = 0; i < 40; ++i) {
    Put(1 + i % 4, absl::StrCat("key", i), absl::StrCat("value", i));
  }
  cluster_.reset();  // SIGKILL to all.
  Start(GetParam());
  for (int i = 0; i < 40; ++i) {
    const int id = 1 + i % 4;
    EXPECT_EQ(Get(id, absl::StrCat("key", i), ""), absl::StrCat("value", i));
  }
}

TEST_P(EveryModeTest, NodesMayDieInTurnAndNoAnsweredWriteIsLost) {
  Start(GetParam());
  std::map<std::string, std::string> tokens;  // Of each key.
  for (int round = 0; round < 8; ++round) {
    const int victim = 1 + round % 4;
    const int writer = 1 + (round + 1) % 4;
    // The victim dies as the origin of the latest writes.
    for (int i = 0; i < 10; ++i) {
      const std::string key = absl::StrCat("at-victim-", round, "-", i);
      tokens[key] = Put(victim, key, "v");
    }
    ASSERT_TRUE(cluster_->Kill(victim).ok());
    for (int i = 0; i < 10; ++i) {
      const std::string key = absl::StrCat("meanwhile-", round, "-", i);
      tokens[key] = Put(writer, key, "v");
    }
    const absl::Status started = cluster_->Start(victim);
    ASSERT_TRUE(started.ok()) << started;
  }
  for (const auto& [key, token] : tokens) {
    for (int id = 1; id <= 4; ++id) EXPECT_EQ(Get(id, key, token), "v") << key;
  }
}

TEST_F(ClusterTest, ADeleteIsSeenEverywhere) {
  Start();
  Put(1, "k", "v");
  absl::StatusOr<DatabaseClient> client = cluster_->Connect(1);
  ASSERT_TRUE(client.ok());
  const absl::StatusOr<DatabaseClient::Deleted> deleted = client->Delete("k");
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_TRUE(deleted->existed);
  EXPECT_EQ(Get(3, "k", deleted->token), "(nil)");
}

TEST_F(ClusterTest, ListsMoreKeysThanAPageHolds) {
  Start(BRACHA, 1);
  absl::StatusOr<DatabaseClient> client = cluster_->Connect(1);
  ASSERT_TRUE(client.ok());
  std::vector<std::string> words{"MSET"};
  for (int i = 0; i < 2500; ++i) {
    words.insert(words.end(), {absl::StrCat("key", 10000 + i), "v"});
  }
  absl::StatusOr<RespClient> writer =
      RespClient::Connect(cluster_->endpoint(1), kTestPatience);
  ASSERT_TRUE(writer.ok()) << writer.status();
  const absl::StatusOr<RespValue> written = writer->Call(words, kTestPatience);
  ASSERT_TRUE(written.ok()) << written.status();
  ASSERT_EQ(written->text, "OK");
  const absl::StatusOr<std::vector<KeyValue>> all = client->List("key", "");
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 2500u);
  EXPECT_EQ(all->front().key, "key10000");
  EXPECT_EQ(all->back().key, "key12499");
}

TEST_F(ClusterTest, CutsATornTailAndSaysSo) {
  Start();
  Put(1, "k", "v");
  ASSERT_TRUE(cluster_->Kill(1).ok());
  std::string bytes = ReadFile(LogPath(1));
  bytes.replace(bytes.find_last_not_of('\0') + 1, 4, "torn");
  WriteFile(LogPath(1), bytes);
  const absl::Status started = cluster_->Start(1);
  ASSERT_TRUE(started.ok()) << started;
  EXPECT_EQ(Get(1, "k", ""), "v");
  EXPECT_THAT(Told(1), HasSubstr("cut 4 bytes"));
}

TEST_F(ClusterTest, RefusesADamagedLog) {
  Start();
  for (int i = 0; i < 10; ++i) Put(1, "k", "a value");
  ASSERT_TRUE(cluster_->Kill(1).ok());
  std::string bytes = ReadFile(LogPath(1));
  bytes[bytes.find("a value")] ^= 1;
  WriteFile(LogPath(1), bytes);
  const Finished serve = RunDistdb({"serve", ConfigFlag(1)});
  EXPECT_EQ(serve.exit, (ChildExit{2, 0}));
  EXPECT_THAT(serve.err, AllOf(HasSubstr("/node-1/log-0000000001: "),
                               HasSubstr("damaged"), HasSubstr("data_dir")));
  EXPECT_EQ(ReadFile(LogPath(1)), bytes);
}

TEST_F(ClusterTest, RefusesASecondProcessInOneDirectory) {
  Start();
  const Finished serve = RunDistdb({"serve", ConfigFlag(1)});
  EXPECT_EQ(serve.exit, (ChildExit{2, 0}));
  EXPECT_THAT(serve.err, HasSubstr("in use by another distdb process"));
  EXPECT_NE(Put(1, "k", "v"), "") << "the first is not disturbed";
}

TEST_F(ClusterTest, SaysHowManyMayFail) {
  Start();
  absl::StatusOr<DatabaseClient> client = cluster_->Connect(1);
  ASSERT_TRUE(client.ok());
  EXPECT_THAT(client->Status().value_or(""),
              HasSubstr("4 of 4 nodes up; 1 more may fail (f = 1)\n"));
  ASSERT_TRUE(cluster_->Kill(4).ok());
  EXPECT_THAT(client->Status().value_or(""), HasSubstr("0 more may fail"));
  ASSERT_TRUE(cluster_->Kill(3).ok());
  EXPECT_THAT(client->Status().value_or(""),
              HasSubstr("writes wait until 1 more of them come back"));
}

TEST_F(ClusterTest, TellsEveryStepOfAnInstanceWhenAsked) {
  Start();
  ASSERT_TRUE(cluster_->Kill(2).ok());
  Program debug({DistdbPath(), "serve", ConfigFlag(2), "--log=debug"});
  ASSERT_TRUE(Eventually([&] { return cluster_->Connect(2).ok(); }));
  EXPECT_EQ(Get(2, "k", Put(2, "k", "v")), "v");
  EXPECT_THAT(debug.Err(), HasSubstr("[node 2] SEND 2:1 bytes="));
  EXPECT_THAT(debug.Err(), HasSubstr("[node 2] ECHO 2:1 digest="));
  EXPECT_THAT(debug.Err(), HasSubstr("[node 2] READY 2:1 digest="));
  EXPECT_THAT(debug.Err(), HasSubstr("[node 2] Delivering 2:1 digest="));
  debug.Signal(SIGTERM);
  EXPECT_EQ(debug.Wait(), (ChildExit{0, 0}));
  EXPECT_THAT(debug.Err(), HasSubstr("[node 2] closed"));
}

}  // namespace
}  // namespace distdb
