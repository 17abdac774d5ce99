#include "core/log/sync_mark.h"

#include <string>

#include "core/log/log_format.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

constexpr LogIdentity kIdentity = {0xC1C2, NodeId(2), Epoch(1)};

// A mark's file and what writes it.
struct MarkFile {
  std::string bytes = EncodeSyncMark(kIdentity);
  SyncMarkWriter writer{*DecodeSyncMark(bytes)};

  SyncMarkWriter::Update Write(uint64_t first, uint64_t synced) {
    SyncMarkWriter::Update update = writer.Write(first, synced);
    bytes.replace(update.offset, update.bytes.size(), update.bytes);
    return update;
  }
};

TEST(SyncMarkTest, ANewMarkClaimsNothing) {
  const absl::StatusOr<SyncMark> mark =
      DecodeSyncMark(EncodeSyncMark(kIdentity));
  ASSERT_TRUE(mark.ok()) << mark.status();
  EXPECT_EQ(mark->identity, kIdentity);
  EXPECT_EQ(mark->first, 1u);
  EXPECT_EQ(mark->synced, 0u);
}

TEST(SyncMarkTest, TheLastWriteCounts) {
  MarkFile file;
  for (uint64_t i = 1; i < 20; ++i) {
    file.Write(1 + i / 5, 100 * i);
    EXPECT_TRUE(file.writer.HasUnsynced());
    if (i % 3 == 0) file.writer.MarkSynced();
    const absl::StatusOr<SyncMark> mark = DecodeSyncMark(file.bytes);
    ASSERT_TRUE(mark.ok()) << mark.status();
    EXPECT_EQ(mark->first, 1 + i / 5);
    EXPECT_EQ(mark->synced, 100 * i);
    // And goes on from a restart.
    if (i % 4 == 0) file.writer = SyncMarkWriter(*mark);
  }
}

TEST(SyncMarkTest, AWriteCutShortLeavesWhatWasOnDisk) {
  MarkFile file;
  for (uint64_t i = 1; i < 20; ++i) {
    const std::string before = file.bytes;
    file.Write(1, 100 * i);
    const SyncMarkWriter::Update torn = file.Write(2, 100 * i);
    for (size_t size = 0; size < torn.bytes.size(); ++size) {
      std::string bytes = before;
      bytes.replace(torn.offset, torn.bytes.size(),
                    torn.bytes.substr(0, size) +
                        std::string(torn.bytes.size() - size, '!'));
      const absl::StatusOr<SyncMark> mark = DecodeSyncMark(bytes);
      ASSERT_TRUE(mark.ok()) << mark.status();
      EXPECT_EQ(mark->synced, 100 * (i - 1));
    }
    file.bytes = before;
    file.writer = SyncMarkWriter(*DecodeSyncMark(before));
    file.Write(1, 100 * i);
    file.writer.MarkSynced();
  }
}

TEST(SyncMarkTest, DamageToBothSlotsIsAnError) {
  std::string bytes = EncodeSyncMark(kIdentity);
  bytes[20] = static_cast<char>(bytes[20] ^ 1);
  EXPECT_TRUE(DecodeSyncMark(bytes).ok());
  bytes[4096 + 20] = static_cast<char>(bytes[4096 + 20] ^ 1);
  EXPECT_EQ(DecodeSyncMark(bytes).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodeSyncMark(bytes.substr(1)).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace distdb
