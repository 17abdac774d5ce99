#include "sim/disk.h"

#include <vector>

#include "gtest/gtest.h"
#include "sim/check_handler.h"

namespace distdb::sim {
namespace {

std::vector<Record> Records(uint64_t first, uint64_t last) {
  std::vector<Record> records;
  for (uint64_t token = first; token <= last; ++token) {
    records.push_back({.token = Token(token), .instance = {}});
  }
  return records;
}

uint64_t DrawZero(uint64_t) { return 0; }

Token CrashOf(Disk& disk, size_t survivors) {
  return disk.Crash(survivors, Damage::kNone, DrawZero);
}

void Sync(Disk& disk) {
  disk.Write();
  disk.BeginFsync();
  disk.CompleteFsync();
}

TEST(DiskTest, AnFsyncCoversOnlyWhatWasWrittenBeforeItBegan) {
  Disk disk;
  disk.Append(Records(1, 2));
  EXPECT_FALSE(disk.HasUnsynced());
  disk.Write();
  EXPECT_EQ(disk.BeginFsync(), Token(2));
  disk.Append(Records(3, 3));
  disk.Write();
  disk.Append(Records(4, 4));
  EXPECT_EQ(disk.durable(), Token(0));
  EXPECT_EQ(disk.CompleteFsync(), Token(2));
  EXPECT_EQ(disk.BeginFsync(), Token(3));
  EXPECT_EQ(disk.CompleteFsync(), Token(3));
  EXPECT_FALSE(disk.HasUnsynced());
  EXPECT_TRUE(disk.HasAppended());
}

TEST(DiskTest, APowerCutKeepsWhatIsDurableAndAnyPrefixOfWhatIsWritten) {
  for (size_t survivors = 0; survivors <= 3; ++survivors) {
    Disk disk;
    disk.Append(Records(1, 2));
    Sync(disk);
    disk.Append(Records(3, 4));
    disk.Write();
    disk.BeginFsync();  // Under way: the power cut comes first.
    disk.Append(Records(5, 5));
    disk.Write();
    disk.Append(Records(6, 6));
    ASSERT_EQ(disk.AtRisk(), 3u);
    EXPECT_EQ(CrashOf(disk, survivors), Token(3) + survivors);
    EXPECT_EQ(disk.records().size(), 2 + survivors);
    EXPECT_EQ(disk.durable(), Token(2) + survivors);
    EXPECT_FALSE(disk.IsSyncing());
    // The next life goes on after what is there.
    disk.Append(Records(3 + survivors, 3 + survivors));
  }
}

TEST(DiskTest, ACrashThatLosesNothingSaysSo) {
  Disk disk;
  disk.Append(Records(1, 2));
  disk.Write();
  EXPECT_EQ(CrashOf(disk, disk.AtRisk()), Token(0));
  EXPECT_EQ(disk.durable(), Token(2));
}

TEST(DiskTest, FindsDurableRecordsOnly) {
  Disk disk;
  disk.Append(Records(1, 3));
  Sync(disk);
  disk.Append(Records(4, 4));
  disk.Write();
  ASSERT_NE(disk.Find(Token(3)), nullptr);
  EXPECT_EQ(disk.Find(Token(3))->token, Token(3));
  EXPECT_EQ(disk.Find(Token(4)), nullptr);
}

TEST(DiskTest, AFullDiskRefusesTheWriteAndKeepsWhatWasWritten) {
  Disk disk;
  disk.Append(Records(1, 2));
  disk.Write();
  disk.Append(Records(3, 4));
  EXPECT_EQ(disk.Refuse(), Token(3));
  EXPECT_FALSE(disk.HasAppended());
  EXPECT_EQ(disk.records().size(), 2u);
  // What was refused comes again under new tokens.
  disk.Append(Records(5, 6));
  disk.Write();
  disk.BeginFsync();
  EXPECT_EQ(disk.CompleteFsync(), Token(6));
  EXPECT_EQ(disk.Find(Token(4)), nullptr);
  ASSERT_NE(disk.Find(Token(5)), nullptr);
  EXPECT_EQ(disk.Find(Token(5))->token, Token(5));
}

TEST(DiskTest, ANewLifeNumbersItsRecordsFromOne) {
  Disk disk;
  disk.Append(Records(1, 2));
  Sync(disk);
  disk.Append(Records(3, 4));
  disk.Refuse();
  disk.Append(Records(5, 5));
  Sync(disk);
  EXPECT_EQ(CrashOf(disk, 0), Token(0));
  ASSERT_EQ(disk.records().size(), 3u);
  EXPECT_EQ(disk.records()[2].token, Token(3));
  disk.Append(Records(4, 4));
  EXPECT_TRUE(disk.HasAppended());
}

TEST(DiskTest, ATokenOutOfOrderIsABrokenInvariant) {
  InstallThrowingCheckHandler();
  Disk disk;
  disk.Append(Records(1, 1));
  EXPECT_THROW(disk.Append(Records(1, 1)), CheckFailed);
  EXPECT_THROW(disk.Append(Records(3, 3)), CheckFailed);
}

}  // namespace
}  // namespace distdb::sim
