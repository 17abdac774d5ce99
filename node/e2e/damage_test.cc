// A node's log damaged at 200 random places: each time a start either refuses,
// with a message that names the file, the byte and the mend, or serves exactly
// what was promised. Nothing else is ever served.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "node/child_process.h"
#include "node/demo/local_cluster.h"
#include "node/testing/files.h"
#include "node/testing/program.h"
#include "node/testing/test_cluster.h"
#include "node/testing/workload.h"

namespace distdb {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

constexpr int kPlaces = 200;
constexpr uint64_t kSectorBytes = 512;

struct LogFile {
  std::string path;
  std::string bytes;
};

class DamageTest : public ::testing::Test {
 protected:
  // A log of several segments, with what it holds. The others are gone: what
  // is served from now on comes from this log alone.
  DamageTest()
      : cluster_(4, "segment_bytes: 65536 snapshot_log_bytes: 131072") {
    const std::unique_ptr<Workload> load = StartWorkload(*cluster_, 4);
    EXPECT_TRUE(load->AwaitAnswered(800));
    load->Stop();
    ExpectAllHold(*cluster_, load->answered());
    promised_ = Contents(*cluster_, 1);
    cluster_.EndAll(SIGKILL);
    for (const auto& entry :
         std::filesystem::directory_iterator(cluster_.NodeDir(1))) {
      const std::string path = entry.path();
      // The reserve holds nothing.
      if (!absl::StrContains(path, "/log") ||
          absl::EndsWith(path, "/log.reserve")) {
        continue;
      }
      files_.push_back({path, ReadFile(path)});
    }
    EXPECT_GE(files_.size(), 3u) << "two segments and the mark";
  }

  uint64_t Draw(uint64_t below) {
    return std::uniform_int_distribution<uint64_t>(0, below - 1)(random_);
  }

  // Somewhere in a file's bytes; seldom in what is not yet used.
  uint64_t DrawPlace(const std::string& bytes) {
    const size_t used = bytes.find_last_not_of('\0') + 1;
    return Draw(Draw(10) == 0 ? bytes.size() : used);
  }

  // Says what was done.
  std::string Damage(std::string& bytes) {
    const uint64_t at = DrawPlace(bytes);
    switch (Draw(4)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << Draw(8)));
        return absl::StrCat("a bit of byte ", at);
      case 1:
        for (uint64_t i = at; i < std::min(at + 64, bytes.size()); ++i) {
          bytes[i] = static_cast<char>(Draw(256));
        }
        return absl::StrCat("garbage from byte ", at);
      case 2: {
        const uint64_t sector = at / kSectorBytes * kSectorBytes;
        const size_t size = std::min(kSectorBytes, bytes.size() - sector);
        bytes.replace(sector, size, size, '\0');
        return absl::StrCat("a lost sector at byte ", sector);
      }
      default:
        bytes.resize(at);
        return absl::StrCat("cut at byte ", at);
    }
  }

  // Starts node 1 on what is there, and says whether it serves.
  bool ServesWhatWasPromised(const std::string& file) {
    Program serve({DistdbPath(), "serve", cluster_.ConfigFlag(1)});
    std::optional<ChildExit> exit;
    EXPECT_TRUE(Eventually([&] {
      exit = serve.Poll();
      return exit.has_value() || cluster_->Connect(1).ok();
    }));
    if (!exit.has_value()) {
      EXPECT_EQ(Contents(*cluster_, 1), promised_);
      serve.Signal(SIGKILL);
      EXPECT_EQ(serve.Wait(), (ChildExit{0, SIGKILL}));
      return true;
    }
    EXPECT_EQ(*exit, (ChildExit{2, 0}));
    EXPECT_THAT(serve.Err(),
                AllOf(HasSubstr(file + ": "), ContainsRegex("byte|missing"),
                      HasSubstr("restore this node's log")));
    return false;
  }

  TestCluster cluster_;
  std::map<std::string, std::string> promised_;
  std::vector<LogFile> files_;

 private:
  std::mt19937_64 random_{1};
};

TEST_F(DamageTest, AtRandomPlacesIsRefusedOrNoHarm) {
  int served = 0;
  for (int place = 0; place < kPlaces && !HasFailure(); ++place) {
    const LogFile& file = files_[Draw(files_.size())];
    std::string bytes = file.bytes;
    const std::string what = Damage(bytes);
    SCOPED_TRACE(absl::StrCat(file.path, ": ", what));
    WriteFile(file.path, bytes);
    if (ServesWhatWasPromised(file.path)) ++served;
    for (const LogFile& whole : files_) WriteFile(whole.path, whole.bytes);
  }
  // Some places hold nothing that matters; most do.
  EXPECT_GT(served, 0);
  EXPECT_GT(kPlaces - served, kPlaces / 2);
}

}  // namespace
}  // namespace distdb
