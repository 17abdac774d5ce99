#include "node/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/log/log_format.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/types.h"
#include "node/testing/full_disk.h"
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

class LogFileTest : public ::testing::Test {
 protected:
  std::string dir() const { return root_.path() + "/node-2"; }
  std::string path() const { return dir() + "/log"; }

  LogFile::Opened Open() {
    absl::StatusOr<LogFile::Opened> opened = LogFile::Open(dir(), kIdentity);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : LogFile::Opened{};
  }

  // A log of `count` records, each synced on its own, and closed.
  void WriteLog(int count) {
    const LogFile::Opened opened = Open();
    for (int i = 1; i <= count; ++i) {
      opened.log->Add(RecordOf(i, absl::StrCat("payload ", i)));
      ASSERT_TRUE(opened.log->Write().ok());
      ASSERT_TRUE(opened.log->Sync().ok());
      opened.log->MarkSynced(opened.log->bytes());
    }
  }

  std::string ReadBytes() const {
    std::ifstream file(path(), std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
  }
  void WriteBytes(const std::string& bytes) const {
    std::ofstream(path(), std::ios::binary) << bytes;
  }

  TempDir root_;
};

TEST_F(LogFileTest, ANewLogIsEmpty) {
  const LogFile::Opened opened = Open();
  EXPECT_TRUE(opened.records.empty());
  EXPECT_EQ(opened.torn_bytes, 0u);
  EXPECT_EQ(opened.log->last(), Token(0));
  EXPECT_FALSE(opened.log->has_pending());
}

TEST_F(LogFileTest, WhatWasSyncedIsThereAfterAReopen) {
  WriteLog(3);
  const LogFile::Opened opened = Open();
  ASSERT_EQ(opened.records.size(), 3u);
  EXPECT_EQ(opened.records[2], RecordOf(3, "payload 3"));
  EXPECT_EQ(opened.log->last(), Token(3));
}

TEST_F(LogFileTest, AddedButNotWrittenIsNotInTheFile) {
  {
    const LogFile::Opened opened = Open();
    opened.log->Add(RecordOf(1, "x"));
    EXPECT_EQ(opened.log->first_pending(), Token(1));
  }
  EXPECT_TRUE(Open().records.empty());
}

TEST_F(LogFileTest, LoadsRecordsOfThisLifeAndOfEarlierOnes) {
  WriteLog(2);
  const LogFile::Opened opened = Open();
  opened.log->Add(RecordOf(3, "third"));
  EXPECT_EQ(opened.log->Load(Token(3)).status().code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(opened.log->Write().ok());
  EXPECT_EQ(*opened.log->Load(Token(1)), RecordOf(1, "payload 1"));
  EXPECT_EQ(*opened.log->Load(Token(3)), RecordOf(3, "third"));
  EXPECT_FALSE(opened.log->Load(Token(0)).ok());
  EXPECT_FALSE(opened.log->Load(Token(4)).ok());
}

TEST_F(LogFileTest, LoadRefusesBytesThatHaveRotted) {
  WriteLog(2);
  const LogFile::Opened opened = Open();
  std::string bytes = ReadBytes();
  bytes.back() ^= 1;
  WriteBytes(bytes);
  EXPECT_TRUE(opened.log->Load(Token(1)).ok());
  EXPECT_EQ(opened.log->Load(Token(2)).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(LogFileTest, CutsATornTailAndGoesOn) {
  WriteLog(2);
  const std::string whole = ReadBytes();
  WriteBytes(whole.substr(0, whole.size() - 3));
  {
    const LogFile::Opened opened = Open();
    EXPECT_EQ(opened.records.size(), 1u);
    EXPECT_GT(opened.torn_bytes, 0u);
    opened.log->Add(RecordOf(2, "again"));
    ASSERT_TRUE(opened.log->Write().ok());
    ASSERT_TRUE(opened.log->Sync().ok());
  }
  const LogFile::Opened opened = Open();
  EXPECT_EQ(opened.torn_bytes, 0u);
  ASSERT_EQ(opened.records.size(), 2u);
  EXPECT_EQ(opened.records[1], RecordOf(2, "again"));
}

TEST_F(LogFileTest, RefusesADamagedLogWithFileOffsetAndMend) {
  WriteLog(3);
  std::string bytes = ReadBytes();
  bytes[kLogHeaderBytes + kLogFrameHeaderBytes + 5] ^= 1;
  WriteBytes(bytes);
  const absl::Status status = LogFile::Open(dir(), kIdentity).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(path()),
                    HasSubstr(absl::StrCat("byte ", kLogHeaderBytes)),
                    HasSubstr("empty data_dir")));
  EXPECT_EQ(ReadBytes(), bytes) << "damage is kept as it is";
}

TEST_F(LogFileTest, RefusesALogThatHasBeenEmptied) {
  WriteLog(3);
  WriteBytes("");
  const absl::Status status = LogFile::Open(dir(), kIdentity).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("log: the file is empty; restore this node's log"));
}

TEST_F(LogFileTest, RefusesTheLogOfAnotherNode) {
  WriteLog(1);
  for (const LogIdentity& other : {LogIdentity{8, NodeId(1), Epoch(1)},
                                   LogIdentity{7, NodeId(2), Epoch(1)},
                                   LogIdentity{7, NodeId(1), Epoch(2)}}) {
    const absl::Status status = LogFile::Open(dir(), other).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("the log of node 2 of cluster"));
  }
}

TEST_F(LogFileTest, RefusesADirectoryInUse) {
  const LogFile::Opened first = Open();
  const absl::Status status = LogFile::Open(dir(), kIdentity).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(dir()), HasSubstr("another distdb process")));
}

TEST_F(LogFileTest, AnUnfinishedCreationIsForgotten) {
  std::filesystem::create_directories(dir());
  std::ofstream(path() + ".new") << "distd";
  EXPECT_TRUE(Open().records.empty());
}

TEST_F(LogFileTest, AFullDiskTakesNothingAndLaterWritesGoOn) {
  WriteLog(1);
  {
    const LogFile::Opened opened = Open();
    const uint64_t before = opened.log->bytes();
    {
      // Room for a part of it: the write is cut short before it fails.
      const FullDisk disk(before + 40);
      opened.log->Add(RecordOf(2, std::string(100, 'x')));
      EXPECT_EQ(opened.log->Write().code(),
                absl::StatusCode::kResourceExhausted);
    }
    EXPECT_EQ(ReadBytes().size(), before);
    EXPECT_FALSE(opened.log->has_pending());
    // The replica issues it again, under its next token.
    opened.log->Add(RecordOf(3, std::string(100, 'x')));
    ASSERT_TRUE(opened.log->Write().ok());
    ASSERT_TRUE(opened.log->Sync().ok());
    EXPECT_EQ(opened.log->Load(Token(3))->payload.size(), 100u);
    EXPECT_FALSE(opened.log->Load(Token(2)).ok());
  }
  EXPECT_EQ(Open().records.size(), 2u);
}

}  // namespace
}  // namespace distdb
