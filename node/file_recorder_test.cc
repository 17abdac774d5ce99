#include "node/file_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/command.h"
#include "core/config.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/replica.h"
#include "net/codec/sha256.h"
#include "node/narrator.h"
#include "node/testing/files.h"
#include "node/testing/full_disk.h"
#include "node/testing/replay.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

// A replica without peers, which is recorded.
class FileRecorderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Config config;
    config.window = 4;
    config.digester = &digester_;
    absl::StatusOr<std::unique_ptr<Replica>> replica =
        Replica::Create(config, {});
    ASSERT_TRUE(replica.ok()) << replica.status();
    replica_ = *std::move(replica);
  }

  absl::Status Begin(uint64_t bytes, uint32_t files) {
    absl::StatusOr<std::unique_ptr<FileRecorder>> recorder =
        FileRecorder::Create(
            {.path = Path(), .bytes = bytes, .files = files, .cluster = 7},
            *replica_, &narrator_);
    if (recorder.ok()) recorder_ = *std::move(recorder);
    return recorder.status();
  }

  void Step(const Event& event) {
    Effects effects;
    replica_->Step(event, effects);
    recorder_->OnStep(event, effects);
    for (const Record& record : effects.persist) last_ = record.token;
    ++steps_;
  }

  // A write, made durable and delivered.
  void Put(int number) {
    Step(Tick{++now_, WallTime(now_.value())});
    Step(Request{ClientId(1), RequestId(static_cast<uint64_t>(number)),
                 Write{{{MutationKind::kPut, absl::StrCat("key", number % 50),
                         std::string(100, 'v')}}}});
    Step(Tick{++now_, WallTime(now_.value())});
    for (Token synced; synced < last_;) {
      synced = last_;
      Step(Persisted{synced});
    }
    recorder_->OnTurnEnd(*replica_);
  }

  std::string Path() const { return dir_.path() + "/recording"; }
  Replayed ReplayFile(const std::string& path) const {
    return Replay(ReadFile(path), digester_);
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  TempDir dir_;
  Sha256Digester digester_;
  Narrator narrator_{NodeId(0), {}};
  std::unique_ptr<Replica> replica_;
  std::unique_ptr<FileRecorder> recorder_;
  Token last_;
  Time now_;
  uint64_t steps_ = 0;
};

TEST_F(FileRecorderTest, WhatWasRecordedIsReplayedIdentically) {
  ASSERT_TRUE(Begin(1 << 20, 1).ok());
  for (int i = 0; i < 10; ++i) Put(i);
  const Replayed replayed = ReplayFile(Path());
  EXPECT_TRUE(replayed.status.ok()) << replayed.status;
  EXPECT_EQ(replayed.differs, std::nullopt);
  EXPECT_EQ(replayed.events, steps_);
  EXPECT_EQ(replayed.replica->store().entries(), replica_->store().entries());
}

TEST_F(FileRecorderTest, KeepsSoManyFilesOfSuchASize) {
  constexpr uint64_t kBytes = 20'000;
  ASSERT_TRUE(Begin(kBytes, 3).ok());
  for (int i = 0; i < 1000; ++i) Put(i);
  EXPECT_THAT(Files(), ::testing::UnorderedElementsAre(
                           "recording", "recording.1", "recording.2"));
  uint64_t end = 0;
  for (const char* suffix : {".2", ".1", ""}) {
    const std::string path = Path() + suffix;
    // The starting state is smaller than that, and so is one turn.
    EXPECT_LT(std::filesystem::file_size(path), 3 * kBytes);
    const Replayed replayed = ReplayFile(path);
    ASSERT_TRUE(replayed.status.ok()) << path << ": " << replayed.status;
    EXPECT_EQ(replayed.differs, std::nullopt) << path;
    if (end > 0) {
      EXPECT_EQ(replayed.events_before, end) << "without a gap";
    }
    end = replayed.events_before + replayed.events;
  }
  EXPECT_EQ(end, steps_);
}

TEST_F(FileRecorderTest, WhatIsThereFromBeforeIsKeptAsOneOfThem) {
  ASSERT_TRUE(Begin(1 << 20, 2).ok());
  Put(1);
  recorder_.reset();
  const std::string before = ReadFile(Path());
  ASSERT_TRUE(Begin(1 << 20, 2).ok());
  EXPECT_EQ(ReadFile(Path() + ".1"), before);
  Put(2);
  const Replayed replayed = ReplayFile(Path());
  EXPECT_EQ(replayed.differs, std::nullopt);
  EXPECT_EQ(replayed.replica->store().live_keys(), 2u);
}

TEST_F(FileRecorderTest, AFullDiskEndsTheRecordingAndNothingElse) {
  ASSERT_TRUE(Begin(1 << 20, 1).ok());
  Put(1);
  const uint64_t size = std::filesystem::file_size(Path());
  ::testing::internal::CaptureStderr();
  {
    const FullDisk full(size + 10);
    Put(2);
  }
  const std::string told = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(told, HasSubstr("recording has ended"));
  EXPECT_THAT(told, HasSubstr("the node goes on"));
  Put(3);
  EXPECT_EQ(replica_->store().live_keys(), 3u);
  // What the disk took of the last write is a torn tail.
  const Replayed replayed = ReplayFile(Path());
  EXPECT_TRUE(replayed.status.ok()) << replayed.status;
  EXPECT_EQ(replayed.torn_bytes, 10u);
  EXPECT_EQ(replayed.differs, std::nullopt);
  EXPECT_EQ(replayed.replica->store().live_keys(), 1u);
}

TEST_F(FileRecorderTest, TwoProcessesDoNotRecordToOneFile) {
  ASSERT_TRUE(Begin(1 << 20, 1).ok());
  const std::unique_ptr<FileRecorder> other = std::move(recorder_);
  const absl::Status status = Begin(1 << 20, 1);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("another process"));
}

TEST_F(FileRecorderTest, AFolderThatIsNotThereIsNamed) {
  const absl::StatusOr<std::unique_ptr<FileRecorder>> recorder =
      FileRecorder::Create({.path = dir_.path() + "/none/recording"}, *replica_,
                           &narrator_);
  EXPECT_THAT(std::string(recorder.status().message()),
              HasSubstr("/none/recording"));
}

TEST_F(FileRecorderTest, IsForItsOwnerAlone) {
  ASSERT_TRUE(Begin(1 << 20, 1).ok());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(Path()).permissions(),
            perms::owner_read | perms::owner_write);
}

}  // namespace
}  // namespace distdb
