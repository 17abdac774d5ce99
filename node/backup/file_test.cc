#include "node/backup/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/command.h"
#include "node/backup/page.h"
#include "node/testing/files.h"
#include "node/testing/full_disk.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

class BackupFileTest : public ::testing::Test {
 protected:
  std::string path() const { return dir_.path() + "/backup"; }

  // A file of three frames; returns its bytes.
  std::string WriteOne() {
    const auto writer = BackupWriter::Create(path());
    EXPECT_TRUE(writer.ok()) << writer.status();
    EXPECT_TRUE((*writer)->Begin({.cluster = 7, .node = 2, .seconds = 5}).ok());
    for (int i = 0; i < 3; ++i) {
      std::string page;
      AppendPut(absl::StrCat("key", i), absl::StrCat("a value ", i), page);
      AppendDelete("gone", page);
      EXPECT_TRUE((*writer)->Add(page, 2).ok());
      EXPECT_TRUE((*writer)->Add("", 0).ok());
    }
    const absl::Status finished = (*writer)->Finish();
    EXPECT_TRUE(finished.ok()) << finished;
    return ReadFile(path());
  }

  // Reads the file to its end.
  absl::Status Read(std::vector<Mutation>* mutations = nullptr) {
    const auto reader = BackupReader::Open(path());
    if (!reader.ok()) return reader.status();
    for (;;) {
      const auto page = (*reader)->Next();
      if (!page.ok()) return page.status();
      if (!page->has_value()) return absl::OkStatus();
      if (mutations == nullptr) continue;
      mutations->insert(mutations->end(), (*page)->begin(), (*page)->end());
    }
  }

  TempDir dir_;
};

TEST_F(BackupFileTest, GivesBackWhatWasWritten) {
  WriteOne();
  EXPECT_FALSE(std::filesystem::exists(path() + ".partial"));
  std::vector<Mutation> mutations;
  const absl::Status status = Read(&mutations);
  EXPECT_TRUE(status.ok()) << status;
  ASSERT_EQ(mutations.size(), 6u);
  EXPECT_EQ(mutations[4], (Mutation{MutationKind::kPut, "key2", "a value 2"}));
  EXPECT_EQ(mutations[5], (Mutation{MutationKind::kDelete, "gone", ""}));
  const auto reader = BackupReader::Open(path());
  EXPECT_EQ((*reader)->header().cluster, 7u);
  EXPECT_EQ((*reader)->header().node, 2u);
  EXPECT_EQ((*reader)->header().seconds, 5u);
}

TEST_F(BackupFileTest, AFlippedBitInAnyByteIsFound) {
  const std::string whole = WriteOne();
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    WriteFile(path(), bytes);
    const absl::Status status = Read();
    ASSERT_FALSE(status.ok()) << "byte " << at;
    ASSERT_THAT(status.message(), HasSubstr(path() + ": "));
    ASSERT_THAT(status.message(), HasSubstr("byte "));
  }
}

TEST_F(BackupFileTest, EveryLengthButTheWholeIsRefused) {
  const std::string whole = WriteOne();
  for (size_t size = 0; size < whole.size(); ++size) {
    WriteFile(path(), whole.substr(0, size));
    const absl::Status status = Read();
    ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
    ASSERT_THAT(status.message(),
                HasSubstr(absl::StrCat("the file ends at byte ", size)));
  }
  WriteFile(path(), whole + "x");
  EXPECT_THAT(Read().message(), HasSubstr("something follows the end"));
}

TEST_F(BackupFileTest, FramesThatChangedPlacesAreFound) {
  std::string bytes = WriteOne();
  // All frames are of one size.
  const size_t header = 36;
  const size_t frame = bytes.find("key1") - bytes.find("key0");
  const std::string first = bytes.substr(header, frame);
  const std::string second = bytes.substr(header + frame, frame);
  bytes.replace(header, 2 * frame, second + first);
  WriteFile(path(), bytes);
  EXPECT_THAT(Read().message(), HasSubstr("the whole fails its digest"));
}

TEST_F(BackupFileTest, AnotherFileIsNoBackup) {
  WriteFile(path(), std::string(1000, 'x'));
  EXPECT_EQ(Read().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Read().message(), HasSubstr("no backup of distdb"));
}

TEST_F(BackupFileTest, WritesOverNothing) {
  WriteFile(path(), "precious");
  EXPECT_EQ(BackupWriter::Create(path()).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadFile(path()), "precious");
}

TEST_F(BackupFileTest, TwoAtOnceDoNotMix) {
  const auto one = BackupWriter::Create(path());
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(BackupWriter::Create(path()).status().code(),
            absl::StatusCode::kAlreadyExists);
}

TEST_F(BackupFileTest, WhatIsAbandonedIsGone) {
  {
    const auto writer = BackupWriter::Create(path());
    ASSERT_TRUE((*writer)->Begin({}).ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(BackupFileTest, AFullDiskLeavesNothing) {
  {
    const auto writer = BackupWriter::Create(path());
    ASSERT_TRUE((*writer)->Begin({}).ok());
    const FullDisk full(100);
    std::string page;
    AppendPut("key", std::string(1000, 'v'), page);
    EXPECT_THAT((*writer)->Add(page, 1).message(),
                HasSubstr("cannot write " + path() + ".partial: "));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

}  // namespace
}  // namespace distdb
