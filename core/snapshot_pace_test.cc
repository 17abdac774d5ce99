#include "core/snapshot_pace.h"

#include <cstddef>
#include <string>

#include "gtest/gtest.h"

namespace distdb {
namespace {

constexpr size_t kLogBytes = 16'000;

Record RecordOf(RecordKind kind, size_t payload_bytes) {
  return {.kind = kind, .payload = Payload(std::string(payload_bytes, 'p'))};
}

void WriteLog(SnapshotPace& pace, size_t bytes) {
  while (bytes > 0) {
    pace.Count(RecordOf(RecordKind::kEcho, 936));  // 1,000 with what is around.
    bytes -= 1000;
  }
}

void WriteSnapshot(SnapshotPace& pace, size_t bytes) {
  pace.Begin();
  pace.Count(RecordOf(RecordKind::kSnapshotEntries, bytes - 64));
  pace.End();
}

TEST(SnapshotPaceTest, OneIsDueAfterSoMuchLogAndAsMuchAsTheLastOneTook) {
  SnapshotPace pace(kLogBytes);
  WriteLog(pace, kLogBytes - 1000);
  EXPECT_FALSE(pace.is_due());
  WriteLog(pace, 1000);
  EXPECT_TRUE(pace.is_due());
  WriteSnapshot(pace, 20'000);
  WriteLog(pace, 19'000);
  EXPECT_FALSE(pace.is_due());
  WriteLog(pace, 1000);
  EXPECT_TRUE(pace.is_due());
}

TEST(SnapshotPaceTest, TheNextOneTakesNoMoreThanTheLastOneAndWhatCameSince) {
  SnapshotPace pace(kLogBytes);
  WriteSnapshot(pace, 20'000);
  EXPECT_EQ(pace.bytes_max(), 20'000u);
  WriteLog(pace, 5000);
  EXPECT_EQ(pace.bytes_max(), 25'000u);
  pace.Begin();
  EXPECT_EQ(pace.bytes_max(), 25'000u);
  WriteLog(pace, 1000);
  EXPECT_EQ(pace.bytes_max(), 26'000u);
  pace.Count(RecordOf(RecordKind::kSnapshotEntries, 3000 - 64));
  pace.End();
  EXPECT_EQ(pace.bytes_max(), 4000u);
}

TEST(SnapshotPaceTest, OnAFullDiskOneIsUrgentWhereItFreesAFairPart) {
  SnapshotPace pace(kLogBytes);
  WriteSnapshot(pace, 40'000);
  WriteLog(pace, 9000);
  pace.Refused(/*under_way=*/false);
  EXPECT_FALSE(pace.urgent()) << "it would free little of what it takes";
  WriteLog(pace, 1000);
  pace.Refused(/*under_way=*/false);
  EXPECT_TRUE(pace.urgent());
  EXPECT_TRUE(pace.is_due());
  WriteSnapshot(pace, 40'000);
  EXPECT_FALSE(pace.urgent());
  EXPECT_FALSE(pace.is_due());
}

TEST(SnapshotPaceTest, ADiskThatIsSmallBesideTheLogWantedIsFreedToo) {
  SnapshotPace pace(size_t{1} << 30);
  WriteLog(pace, 900'000);
  pace.Refused(/*under_way=*/false);
  EXPECT_FALSE(pace.urgent());
  WriteLog(pace, 200'000);
  pace.Refused(/*under_way=*/false);
  EXPECT_TRUE(pace.urgent());
}

TEST(SnapshotPaceTest, OneUnderWayBecomesUrgentWhenTheDiskIsFull) {
  SnapshotPace pace(kLogBytes);
  pace.Begin();
  pace.Refused(/*under_way=*/true);
  EXPECT_TRUE(pace.urgent());
}

TEST(SnapshotPaceTest, WhatSurvivedCountsAsItWasWritten) {
  SnapshotPace pace(kLogBytes);
  // One that a crash cut off counts for nothing.
  pace.Recover(RecordOf(RecordKind::kSnapshotBegin, 100));
  pace.Recover(RecordOf(RecordKind::kSnapshotEntries, 50'000));
  pace.Recover(RecordOf(RecordKind::kSnapshotBegin, 36));
  pace.Recover(RecordOf(RecordKind::kEcho, 936));
  pace.Recover(RecordOf(RecordKind::kSnapshotEntries, 19'000 - 164 - 64));
  pace.Recover(RecordOf(RecordKind::kSnapshotEnd, 0));
  EXPECT_EQ(pace.bytes_max(), 19'000u + 1000u);
}

}  // namespace
}  // namespace distdb
