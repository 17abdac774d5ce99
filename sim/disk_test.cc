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

TEST(DiskTest, AnFsyncCoversOnlyWhatWasHandedOverBeforeItBegan) {
  Disk disk;
  disk.HandOver(Records(1, 2));
  EXPECT_EQ(disk.BeginFsync(), Token(2));
  disk.HandOver(Records(3, 3));
  EXPECT_EQ(disk.durable(), Token(0));
  EXPECT_EQ(disk.CompleteFsync(), Token(2));
  EXPECT_TRUE(disk.HasUnsynced());
  EXPECT_EQ(disk.BeginFsync(), Token(3));
  EXPECT_EQ(disk.CompleteFsync(), Token(3));
  EXPECT_FALSE(disk.HasUnsynced());
}

TEST(DiskTest, ACrashKeepsWhatIsDurableAndAnyPrefixOfTheRest) {
  for (size_t survivors = 0; survivors <= 3; ++survivors) {
    Disk disk;
    disk.HandOver(Records(1, 2));
    disk.BeginFsync();
    disk.CompleteFsync();
    disk.HandOver(Records(3, 4));
    disk.BeginFsync();  // Under way: the crash comes first.
    disk.HandOver(Records(5, 5));
    ASSERT_EQ(disk.Unsynced(), 3u);
    const Token lost_from = disk.Crash(survivors);
    EXPECT_EQ(lost_from, survivors == 3 ? Token(0) : Token(3) + survivors);
    EXPECT_EQ(disk.records().size(), 2 + survivors);
    EXPECT_EQ(disk.durable(), Token(2) + survivors);
    EXPECT_FALSE(disk.IsSyncing());
    // The next life goes on after what is there.
    disk.HandOver(Records(3 + survivors, 3 + survivors));
  }
}

TEST(DiskTest, FindsDurableRecordsOnly) {
  Disk disk;
  disk.HandOver(Records(1, 3));
  disk.BeginFsync();
  disk.CompleteFsync();
  disk.HandOver(Records(4, 4));
  disk.DiscardBefore(Token(2));
  EXPECT_EQ(disk.Find(Token(1)), nullptr);
  ASSERT_NE(disk.Find(Token(3)), nullptr);
  EXPECT_EQ(disk.Find(Token(3))->token, Token(3));
  EXPECT_EQ(disk.Find(Token(4)), nullptr);
}

TEST(DiskTest, AFullDiskRefusesWhatIsNotDurable) {
  Disk disk;
  disk.HandOver(Records(1, 2));
  disk.BeginFsync();
  disk.CompleteFsync();
  disk.HandOver(Records(3, 4));
  EXPECT_EQ(disk.Refuse(), Token(3));
  EXPECT_FALSE(disk.HasUnsynced());
  EXPECT_EQ(disk.records().size(), 2u);
  // What was refused comes again under new tokens.
  disk.HandOver(Records(5, 6));
  EXPECT_EQ(disk.Unsynced(), 2u);
  disk.BeginFsync();
  EXPECT_EQ(disk.CompleteFsync(), Token(6));
  EXPECT_EQ(disk.Find(Token(4)), nullptr);
  ASSERT_NE(disk.Find(Token(5)), nullptr);
  EXPECT_EQ(disk.Find(Token(5))->token, Token(5));
}

TEST(DiskTest, ANewLifeUsesTheTokensThatWereRefused) {
  Disk disk;
  disk.HandOver(Records(1, 2));
  disk.BeginFsync();
  disk.CompleteFsync();
  disk.HandOver(Records(3, 4));
  disk.Refuse();
  EXPECT_EQ(disk.Crash(0), Token(0));
  disk.HandOver(Records(3, 3));
  EXPECT_EQ(disk.Unsynced(), 1u);
}

TEST(DiskTest, NothingUnsyncedIsDiscarded) {
  Disk disk;
  disk.HandOver(Records(1, 2));
  disk.DiscardBefore(Token(3));
  EXPECT_EQ(disk.records().size(), 2u);
}

TEST(DiskTest, ATokenOutOfOrderIsABrokenInvariant) {
  InstallThrowingCheckHandler();
  Disk disk;
  disk.HandOver(Records(1, 1));
  EXPECT_THROW(disk.HandOver(Records(1, 1)), CheckFailed);
  EXPECT_THROW(disk.HandOver(Records(3, 3)), CheckFailed);
}

}  // namespace
}  // namespace distdb::sim
