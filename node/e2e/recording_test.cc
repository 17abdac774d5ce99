// A node of a cluster of real processes is recorded under load, killed and
// started again, and everything it did is played again.

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/replica.h"
#include "core/types.h"
#include "net/codec/sha256.h"
#include "node/child_process.h"
#include "node/testing/files.h"
#include "node/testing/program.h"
#include "node/testing/replay.h"
#include "node/testing/test_cluster.h"
#include "node/testing/workload.h"

namespace distdb {
namespace {

constexpr int kRecorded = 2;  // The node that is.

class RecordingTest : public ::testing::Test {
 protected:
  // From its next start on it records.
  void Record(const std::string& settings) {
    const std::string config =
        cluster_.ConfigFlag(kRecorded).substr(std::string("--config=").size());
    std::ofstream(config, std::ios::app)
        << "record_file: \"recording\" " << settings << "\n";
    cluster_.Kill(kRecorded);
    cluster_.Start(kRecorded);
  }

  std::string Path(int number = 0) {
    const std::string path = absl::StrCat(cluster_->dir(), "/recording");
    return number == 0 ? path : absl::StrCat(path, ".", number);
  }

  Replayed ExpectIdentical(const std::string& path) {
    Replayed replayed = Replay(ReadFile(path), digester_);
    EXPECT_TRUE(replayed.status.ok()) << path << ": " << replayed.status;
    EXPECT_EQ(replayed.differs, std::nullopt) << path;
    EXPECT_GT(replayed.events, 0u) << path;
    return replayed;
  }

  TestCluster cluster_;
  Sha256Digester digester_;
};

TEST_F(RecordingTest, EveryLifeOfANodeIsPlayedAgain) {
  Record("");
  const std::unique_ptr<Workload> load = StartWorkload(*cluster_, 8);
  ASSERT_TRUE(load->AwaitAnswered(300));
  cluster_.Kill(kRecorded);
  ASSERT_TRUE(load->AwaitAnswered(50));
  cluster_.Start(kRecorded);
  ASSERT_TRUE(load->AwaitAnswered(300));
  load->Stop();
  cluster_.EndAll(SIGTERM);

  ExpectIdentical(Path(1));  // Ended by SIGKILL.
  const Replayed last = ExpectIdentical(Path());
  EXPECT_EQ(last.torn_bytes, 0u);
  ASSERT_NE(last.replica, nullptr);
  // It ended with what the clients were promised.
  for (const std::string& key : load->answered()) {
    const Entry* entry = last.replica->store().Find(key);
    if (entry == nullptr) continue;  // Delivered at the other nodes first.
    EXPECT_EQ(entry->value, Workload::ValueOf(key));
  }
  EXPECT_GT(last.replica->store().live_keys(), 300u);
}

TEST_F(RecordingTest, RotatedFilesGoOnWithoutAGapAndStandAlone) {
  Record("record_bytes: 65536 record_files: 1000");
  const std::unique_ptr<Workload> load = StartWorkload(*cluster_, 8);
  ASSERT_TRUE(Eventually([&] { return std::filesystem::exists(Path(3)); }));
  load->Stop();
  cluster_.EndAll(SIGTERM);

  int oldest = 0;
  while (std::filesystem::exists(Path(oldest + 1))) ++oldest;
  uint64_t end = 0;
  for (int number = oldest; number >= 0; --number) {
    const Replayed replayed = ExpectIdentical(Path(number));
    EXPECT_EQ(replayed.events_before, end) << Path(number);
    end = replayed.events_before + replayed.events;
  }
}

TEST_F(RecordingTest, AFolderThatIsNotThereIsBadUsage) {
  cluster_.Kill(kRecorded);
  const Finished ran = RunDistdb({"serve", cluster_.ConfigFlag(kRecorded),
                                  "--record=/nonexistent/recording"});
  EXPECT_EQ(ran.exit, (ChildExit{2, 0}));
  EXPECT_NE(ran.err.find("--record: "), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("/nonexistent/recording"), std::string::npos);
}

}  // namespace
}  // namespace distdb
