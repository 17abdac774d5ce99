#include "node/segmented_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/log/log_format.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/types.h"
#include "node/log_recovery.h"
#include "node/testing/faulty_disk.h"
#include "node/testing/files.h"
#include "node/testing/full_disk.h"
#include "node/testing/read_log.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

constexpr LogIdentity kIdentity{7, NodeId(1), Epoch(1)};

Record RecordOf(uint64_t token, const std::string& payload) {
  Record record;
  record.token = Token(token);
  record.kind = RecordKind::kEcho;
  record.instance = {Epoch(1), NodeId(0), Seq(token)};
  record.payload = Payload(payload);
  return record;
}

constexpr uint64_t kSegmentBytes = 4096;

absl::Status Sync(SegmentedLog& log) {
  absl::Status status = log.BeginSync(/*mark=*/false);
  if (status.ok()) status = log.Sync();
  if (status.ok()) status = log.EndSync();
  return status;
}

class SegmentedLogTest : public ::testing::Test {
 protected:
  std::string dir() const { return root_.path() + "/node-2"; }
  // Of the first segment.
  std::string path() const { return dir() + "/log-0000000001"; }

  absl::Status TryOpen(const LogIdentity& identity = kIdentity) {
    return SegmentedLog::Open(dir(), identity, kSegmentBytes).status();
  }
  SegmentedLog::Opened Open() {
    absl::StatusOr<SegmentedLog::Opened> opened =
        SegmentedLog::Open(dir(), kIdentity, kSegmentBytes);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : SegmentedLog::Opened{};
  }

  static void Commit(SegmentedLog& log, uint64_t token,
                     const std::string& payload) {
    log.Add(RecordOf(token, payload));
    ASSERT_TRUE(log.Write().ok());
    ASSERT_TRUE(Sync(log).ok());
  }

  // A log of `count` records, each synced on its own, and closed.
  void WriteLog(int count) {
    const SegmentedLog::Opened opened = Open();
    for (int i = 1; i <= count; ++i) {
      Commit(*opened.log, i, absl::StrCat("payload ", i));
    }
  }

  TempDir root_;
};

TEST_F(SegmentedLogTest, ANewLogIsEmpty) {
  const SegmentedLog::Opened opened = Open();
  EXPECT_TRUE(opened.records.empty());
  EXPECT_EQ(opened.torn_bytes, 0u);
  EXPECT_EQ(opened.log->last(), Token(0));
  EXPECT_FALSE(opened.log->has_pending());
}

TEST_F(SegmentedLogTest, WhatWasSyncedIsThereAfterAReopen) {
  WriteLog(3);
  const SegmentedLog::Opened opened = Open();
  ASSERT_EQ(opened.records.size(), 3u);
  EXPECT_EQ(opened.records[2], RecordOf(3, "payload 3"));
  EXPECT_EQ(opened.log->last(), Token(3));
}

TEST_F(SegmentedLogTest, AddedButNotWrittenIsNotInTheFile) {
  {
    const SegmentedLog::Opened opened = Open();
    opened.log->Add(RecordOf(1, "x"));
    EXPECT_EQ(opened.log->first_pending(), Token(1));
  }
  EXPECT_TRUE(Open().records.empty());
}

TEST_F(SegmentedLogTest, LoadsRecordsOfThisLifeAndOfEarlierOnes) {
  WriteLog(2);
  const SegmentedLog::Opened opened = Open();
  opened.log->Add(RecordOf(3, "third"));
  EXPECT_EQ(opened.log->Load(Token(3)).status().code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(opened.log->Write().ok());
  EXPECT_EQ(*opened.log->Load(Token(1)), RecordOf(1, "payload 1"));
  EXPECT_EQ(*opened.log->Load(Token(3)), RecordOf(3, "third"));
  EXPECT_FALSE(opened.log->Load(Token(0)).ok());
  EXPECT_FALSE(opened.log->Load(Token(4)).ok());
}

TEST_F(SegmentedLogTest, LoadRefusesBytesThatHaveRotted) {
  WriteLog(2);
  const SegmentedLog::Opened opened = Open();
  std::string bytes = ReadFile(path());
  bytes[bytes.find("payload 2")] ^= 1;
  WriteFile(path(), bytes);
  EXPECT_TRUE(opened.log->Load(Token(1)).ok());
  const absl::Status status = opened.log->Load(Token(2)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr(path() + ", byte 138"));
}

TEST_F(SegmentedLogTest, LoadsFromAnySegment) {
  const std::string payload(1500, 'x');
  const SegmentedLog::Opened opened = Open();
  for (int i = 1; i <= 10; ++i) {
    Commit(*opened.log, i, absl::StrCat(i, payload));
  }
  EXPECT_EQ(opened.log->segments(), 5u);
  for (const uint64_t token : {9, 1, 10, 2, 5, 6}) {
    const absl::StatusOr<Record> record = opened.log->Load(Token(token));
    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(*record, RecordOf(token, absl::StrCat(token, payload)));
  }
}

TEST_F(SegmentedLogTest, SegmentsAreAsLargeAsToldFromTheBeginning) {
  const std::string payload(1500, 'x');
  const SegmentedLog::Opened opened = Open();
  for (int i = 1; i <= 4; ++i) Commit(*opened.log, i, payload);
  Commit(*opened.log, 5, std::string(10'000, 'y'));
  const std::vector<std::string> paths = SegmentPaths(dir());
  ASSERT_EQ(paths.size(), 3u);
  EXPECT_EQ(std::filesystem::file_size(paths[0]), kSegmentBytes);
  EXPECT_EQ(std::filesystem::file_size(paths[1]), kSegmentBytes);
  EXPECT_GT(std::filesystem::file_size(paths[2]), 10'000u)
      << "a write is never in two";
}

TEST_F(SegmentedLogTest, RemovesWholeSegmentsThatAreNotNeeded) {
  const std::string payload(1500, 'x');
  {
    const SegmentedLog::Opened opened = Open();
    for (int i = 1; i <= 10; ++i) Commit(*opened.log, i, payload);
    opened.log->Discard(Token(6));
    ASSERT_TRUE(Sync(*opened.log).ok());
    EXPECT_EQ(opened.log->segments(), 3u);
    const std::vector<std::string> paths = SegmentPaths(dir());
    ASSERT_EQ(paths.size(), 3u);
    EXPECT_EQ(paths[0], dir() + "/log-0000000003");
    EXPECT_EQ(opened.log->Load(Token(4)).status().code(),
              absl::StatusCode::kNotFound);
    EXPECT_TRUE(opened.log->Load(Token(5)).ok()) << "with 6 in one segment";
    Commit(*opened.log, 11, payload);
  }
  const SegmentedLog::Opened opened = Open();
  ASSERT_EQ(opened.records.size(), 7u);
  EXPECT_EQ(opened.records[0].instance.seq, Seq(5));
  EXPECT_EQ(opened.records[0].token, Token(1)) << "they are numbered anew";
  EXPECT_TRUE(opened.log->Load(Token(1)).ok());
}

TEST_F(SegmentedLogTest, TheMarkAloneIsSyncedWhenNothingElseIs) {
  const SegmentedLog::Opened opened = Open();
  EXPECT_FALSE(opened.log->HasUnsyncedMark());
  Commit(*opened.log, 1, "x");
  EXPECT_TRUE(opened.log->HasUnsyncedMark());
  ASSERT_TRUE(opened.log->BeginSync(/*mark=*/true).ok());
  ASSERT_TRUE(opened.log->Sync().ok());
  ASSERT_TRUE(opened.log->EndSync().ok());
  EXPECT_FALSE(opened.log->HasUnsyncedMark());
}

TEST_F(SegmentedLogTest, CutsATornTailAndGoesOn) {
  WriteLog(2);
  std::string bytes = ReadFile(path());
  bytes.replace(bytes.find_last_not_of('\0') + 1, 4, "torn");
  WriteFile(path(), bytes);
  {
    const SegmentedLog::Opened opened = Open();
    EXPECT_EQ(opened.records.size(), 2u);
    EXPECT_EQ(opened.torn_bytes, 4u);
    EXPECT_EQ(opened.torn_file, path());
    Commit(*opened.log, 3, "again");
  }
  EXPECT_THAT(ReadFile(path()), Not(HasSubstr("torn")));
  const SegmentedLog::Opened opened = Open();
  EXPECT_EQ(opened.torn_bytes, 0u);
  ASSERT_EQ(opened.records.size(), 3u);
  EXPECT_EQ(opened.records[2], RecordOf(3, "again"));
}

TEST_F(SegmentedLogTest, RefusesADamagedLogWithFileOffsetAndMend) {
  WriteLog(3);
  std::string bytes = ReadFile(path());
  bytes[kSegmentHeaderBytes + kLogFrameHeaderBytes + 5] ^= 1;
  WriteFile(path(), bytes);
  const absl::Status status = TryOpen();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(path()),
                    HasSubstr(absl::StrCat("byte ", kSegmentHeaderBytes)),
                    HasSubstr("empty data_dir")));
  EXPECT_EQ(ReadFile(path()), bytes) << "damage is kept as it is";
}

TEST_F(SegmentedLogTest, RefusesALogThatHasBeenEmptied) {
  WriteLog(3);
  WriteFile(path(), "");
  const absl::Status status = TryOpen();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(path() + ": the segment's header is cut off: 0 of 60 "
                                 "bytes; restore this node's log"));
}

TEST_F(SegmentedLogTest, RefusesTheLogOfAnotherNode) {
  WriteLog(1);
  for (const LogIdentity& other : {LogIdentity{8, NodeId(1), Epoch(1)},
                                   LogIdentity{7, NodeId(2), Epoch(1)},
                                   LogIdentity{7, NodeId(1), Epoch(2)}}) {
    const absl::Status status = TryOpen(other);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("the log of node 2 of cluster"));
  }
}

TEST_F(SegmentedLogTest, RefusesADirectoryInUse) {
  const SegmentedLog::Opened first = Open();
  const absl::Status status = TryOpen();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(dir()), HasSubstr("another distdb process")));
}

TEST_F(SegmentedLogTest, AnUnfinishedCreationIsForgotten) {
  std::filesystem::create_directories(dir());
  WriteFile(dir() + "/log.synced.new", "distd");
  EXPECT_TRUE(Open().records.empty());
  WriteFile(dir() + "/log.new", "distd");
  EXPECT_TRUE(Open().records.empty());
  EXPECT_FALSE(std::filesystem::exists(dir() + "/log.new"));
}

TEST_F(SegmentedLogTest, AFullDiskTakesNoNewSegmentAndLaterWritesGoOn) {
  const std::string payload(3000, 'x');
  {
    const SegmentedLog::Opened opened = Open();
    Commit(*opened.log, 1, payload);
    const uint64_t before = opened.log->bytes();
    {
      const FullDisk disk(kSegmentBytes - 1);
      opened.log->Add(RecordOf(2, payload));
      EXPECT_EQ(opened.log->Write().code(),
                absl::StatusCode::kResourceExhausted);
    }
    EXPECT_EQ(opened.log->bytes(), before);
    EXPECT_EQ(SegmentPaths(dir()).size(), 1u);
    EXPECT_FALSE(std::filesystem::exists(dir() + "/log.new"));
    EXPECT_FALSE(opened.log->has_pending());
    // The replica issues it again, under its next token.
    Commit(*opened.log, 3, payload);
    EXPECT_EQ(opened.log->Load(Token(3))->payload.size(), 3000u);
    EXPECT_FALSE(opened.log->Load(Token(2)).ok());
  }
  EXPECT_EQ(Open().records.size(), 2u);
}

TEST_F(SegmentedLogTest, ASegmentIsBegunOnlyWithRoomForASnapshotInReserve) {
  const std::string payload(3000, 'x');
  FaultyDisk disk;
  const auto open = [&] {
    absl::StatusOr<SegmentedLog::Opened> opened =
        SegmentedLog::Open(disk.NewDirectory(), kIdentity, kSegmentBytes);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  };
  const auto write = [&](SegmentedLog& log, uint64_t token, bool give_up) {
    log.Add(RecordOf(token, payload));
    absl::Status status =
        log.Write({.snapshot_bytes = 5000, .give_up = give_up});
    if (status.ok()) status = Sync(log);
    return status.code();
  };
  uint64_t token = 1;
  {
    const SegmentedLog::Opened opened = open();
    EXPECT_EQ(write(*opened.log, token++, false), absl::StatusCode::kOk);
    EXPECT_EQ(opened.log->reserve_bytes(), 0u) << "the first is there anyway";
    EXPECT_EQ(write(*opened.log, token++, false), absl::StatusCode::kOk);
    EXPECT_EQ(opened.log->reserve_bytes(), 4 * kSegmentBytes);
    EXPECT_EQ(disk.Bytes("log.reserve").size(), 4 * kSegmentBytes);
    disk.SetCapacity(disk.used());
    EXPECT_EQ(write(*opened.log, token++, false),
              absl::StatusCode::kResourceExhausted);
  }
  // Over a restart, too.
  const SegmentedLog::Opened opened = open();
  EXPECT_EQ(opened.log->reserve_bytes(), 4 * kSegmentBytes);
  token = opened.log->last().value() + 1;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(write(*opened.log, token++, true), absl::StatusCode::kOk);
  }
  EXPECT_EQ(opened.log->reserve_bytes(), 0u);
  EXPECT_EQ(write(*opened.log, token++, true),
            absl::StatusCode::kResourceExhausted);
  // What the snapshot has made free is kept for the next one before anything.
  opened.log->Discard(Token(token - 2));
  ASSERT_TRUE(Sync(*opened.log).ok());
  EXPECT_EQ(write(*opened.log, token++, false), absl::StatusCode::kOk);
  EXPECT_EQ(opened.log->reserve_bytes(), 4 * kSegmentBytes);
}

// Where files cannot be made large beforehand.
TEST_F(SegmentedLogTest, AFullDiskTakesNothingAndLaterWritesGoOn) {
  {
    const SegmentedLog::Opened opened = Open();
    Commit(*opened.log, 1, "x");
    const uint64_t used = kSegmentHeaderBytes + opened.log->bytes();
    {
      // Room for a part of it: the write is cut short before it fails.
      const FullDisk disk(used + 40);
      opened.log->Add(RecordOf(2, std::string(100, 'x')));
      EXPECT_EQ(opened.log->Write().code(),
                absl::StatusCode::kResourceExhausted);
    }
    EXPECT_EQ(ReadFile(path()).find_last_not_of('\0'), used - 1);
    Commit(*opened.log, 3, std::string(100, 'x'));
  }
  EXPECT_EQ(Open().records.size(), 2u);
}

}  // namespace
}  // namespace distdb
