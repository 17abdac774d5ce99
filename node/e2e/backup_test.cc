// Backup and restore with real processes: what a cluster holds at one moment,
// writes going on, is what another one holds afterwards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "net/resp/client.h"
#include "node/child_process.h"
#include "node/database_client.h"
#include "node/demo/local_cluster.h"
#include "node/testing/files.h"
#include "node/testing/program.h"
#include "node/testing/temp_dir.h"
#include "node/testing/test_cluster.h"
#include "node/testing/workload.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

class BackupTest : public ::testing::Test {
 protected:
  std::string path() const { return dir_.path() + "/backup"; }

  static std::string Addr(TestCluster& cluster, int id) {
    return absl::StrCat("--addr=127.0.0.1:", cluster->endpoint(id).port);
  }

  Finished Backup(TestCluster& cluster, int id) {
    return RunDistdb({"backup", path(), Addr(cluster, id)});
  }
  Finished Restore(TestCluster& cluster,
                   const std::string& flag = "--force=0") {
    return RunDistdb({"restore", path(), Addr(cluster, 1), flag});
  }

  // Pairs of keys that are always written together, with values that are never
  // used twice. Far more than a page.
  static void WritePairs(TestCluster& cluster, int round) {
    absl::StatusOr<RespClient> client =
        RespClient::Connect(cluster->endpoint(1), kTestPatience);
    ASSERT_TRUE(client.ok()) << client.status();
    for (int i = 0; i < 20; ++i) {
      const std::string value = absl::StrCat(round, std::string(100'000, 'v'));
      const absl::StatusOr<RespValue> written = client->Call(
          {"MSET", absl::StrCat("a/", i), value, absl::StrCat("z/", i), value},
          kTestPatience);
      ASSERT_TRUE(written.ok()) << written.status();
      ASSERT_EQ(written->text, "OK");
    }
  }

  TempDir dir_;
};

TEST_F(BackupTest, ARestoredClusterHoldsWhatTheOtherHeld) {
  TestCluster one;
  WritePairs(one, 1);
  std::map<std::string, std::string> held = Contents(*one, 1);
  ASSERT_EQ(held.size(), 40u);
  const Finished backup = Backup(one, 1);
  EXPECT_EQ(backup.exit, (ChildExit{0, 0})) << backup.err;
  EXPECT_THAT(backup.out, HasSubstr("40 entries, "));

  TestCluster other;  // Of another id, with other keys.
  const Finished restore = Restore(other);
  EXPECT_EQ(restore.exit, (ChildExit{0, 0})) << restore.err;
  EXPECT_EQ(restore.out, "40 entries restored\n");
  EXPECT_THAT(restore.err, HasSubstr("%, 40 entries\n"));
  for (int id = 1; id <= 4; ++id) {
    EXPECT_TRUE(Eventually([&] { return Contents(*other, id) == held; })) << id;
  }
}

TEST_F(BackupTest, WithWritesGoingOnEachIsWholeOrNotThere) {
  TestCluster one;
  WritePairs(one, 0);
  Program backup({DistdbPath(), "backup", path(), Addr(one, 1)});
  for (int round = 1; !backup.Poll().has_value(); ++round) {
    WritePairs(one, round);
  }
  EXPECT_EQ(backup.Wait(), (ChildExit{0, 0})) << backup.Err();

  TestCluster other(1);
  const Finished restore = Restore(other);
  EXPECT_EQ(restore.exit, (ChildExit{0, 0})) << restore.err;
  const std::map<std::string, std::string> held = Contents(*other, 1);
  EXPECT_EQ(held.size(), 40u);
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(held.at(absl::StrCat("a/", i)) ==
                held.at(absl::StrCat("z/", i)))
        << "half of write " << i;
  }
}

TEST_F(BackupTest, AKilledBackupLeavesNoFileAndTheNextOneWorks) {
  TestCluster one(1);
  WritePairs(one, 1);
  // It waits for a stopped node, in the middle.
  one->Signal(1, SIGSTOP);
  Program backup({DistdbPath(), "backup", path(), Addr(one, 1)});
  EXPECT_TRUE(
      Eventually([&] { return std::filesystem::exists(path() + ".partial"); }));
  backup.Signal(SIGKILL);
  EXPECT_EQ(backup.Wait(), (ChildExit{0, SIGKILL}));
  EXPECT_FALSE(std::filesystem::exists(path()));
  one->Signal(1, SIGCONT);
  const Finished again = Backup(one, 1);
  EXPECT_EQ(again.exit, (ChildExit{0, 0})) << again.err;
  EXPECT_FALSE(std::filesystem::exists(path() + ".partial"));
}

TEST_F(BackupTest, ANodeThatDiesLeavesNoFile) {
  TestCluster one(1);
  one.EndAll(SIGKILL);
  EXPECT_EQ(Backup(one, 1).exit, (ChildExit{1, 0}));
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(BackupTest, DamageIsRefusedBeforeAnythingIsWritten) {
  TestCluster one(1);
  WritePairs(one, 1);
  EXPECT_EQ(Backup(one, 1).exit, (ChildExit{0, 0}));
  const std::string whole = ReadFile(path());
  TestCluster other(1);
  std::string bytes = whole;
  bytes[bytes.size() - 100'000] ^= 1;
  for (const std::string& bad :
       {bytes, whole.substr(0, whole.size() - 1), std::string("text")}) {
    WriteFile(path(), bad);
    const Finished restore = Restore(other);
    EXPECT_EQ(restore.exit, (ChildExit{2, 0}));
    EXPECT_THAT(restore.err, HasSubstr(path() + ": "));
    EXPECT_THAT(restore.err, HasSubstr("byte "));
  }
  EXPECT_TRUE(Contents(*other, 1).empty());
}

TEST_F(BackupTest, AClusterThatHoldsKeysIsWrittenOverByForceAlone) {
  TestCluster one(1);
  WritePairs(one, 1);
  EXPECT_EQ(Backup(one, 1).exit, (ChildExit{0, 0}));
  EXPECT_EQ(Backup(one, 1).exit, (ChildExit{2, 0})) << "the file is there";
  const std::map<std::string, std::string> held = Contents(*one, 1);
  WritePairs(one, 2);
  const Finished refused = Restore(one);
  EXPECT_EQ(refused.exit, (ChildExit{2, 0}));
  EXPECT_THAT(refused.err, HasSubstr("holds 40 keys"));
  EXPECT_EQ(Restore(one, "--dry_run").exit, (ChildExit{0, 0}));
  EXPECT_NE(Contents(*one, 1), held) << "nothing was written";
  EXPECT_EQ(Restore(one, "--force").exit, (ChildExit{0, 0}));
  EXPECT_EQ(Contents(*one, 1), held);
}

}  // namespace
}  // namespace distdb
