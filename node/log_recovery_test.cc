// A crash after each single operation on the files of a log: whatever it takes
// back, the log opens again with all that was promised, and goes on.

#include "node/log_recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/log/log_format.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/types.h"
#include "node/segmented_log.h"
#include "node/testing/faulty_disk.h"

namespace distdb {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Keep = FaultyDisk::Keep;

constexpr LogIdentity kIdentity{7, NodeId(1), Epoch(1)};
constexpr uint64_t kSegmentBytes = 1000;

// A writer of records numbered by seq, and what it may rely on.
class Writer {
 public:
  explicit Writer(FaultyDisk* disk) : disk_(disk) {}

  // Opens the log and checks it: what was promised and not discarded is there,
  // in order, and nothing that was not written.
  absl::Status Open() {
    absl::StatusOr<SegmentedLog::Opened> opened =
        SegmentedLog::Open(disk_->NewDirectory(), kIdentity, kSegmentBytes);
    if (!opened.ok()) return opened.status();
    log_ = std::move(opened->log);
    const std::vector<Record>& records = opened->records;
    uint64_t next = records.empty() ? 1 : records[0].instance.seq.value();
    EXPECT_LE(next, discarded_ + 1);
    base_ = next - 1;
    for (const Record& record : records) {
      EXPECT_EQ(record.instance.seq, Seq(next));
      EXPECT_EQ(record.payload.bytes(), PayloadOf(next));
      ++next;
    }
    EXPECT_GE(next, promised_ + 1);
    EXPECT_LE(next, written_ + 1);
    written_ = promised_ = next - 1;
    return absl::OkStatus();
  }

  // One commit of `count` records.
  absl::Status Commit(int count, bool mark = false) {
    for (int i = 0; i < count; ++i) {
      ++written_;
      Record record;
      record.token = log_->last() + 1;
      record.kind = RecordKind::kEcho;
      record.instance = {Epoch(1), NodeId(0), Seq(written_)};
      record.payload = Payload(PayloadOf(written_));
      log_->Add(record);
    }
    absl::Status status = log_->Write();
    if (status.ok()) status = log_->BeginSync(mark);
    if (status.ok()) status = log_->Sync();
    if (!status.ok()) return status;
    promised_ = written_;
    return log_->EndSync();
  }

  void Discard(uint64_t up_to) {
    discarded_ = up_to;
    log_->Discard(Token(up_to + 1 - base_));
  }

  // Everything that happens to a log in its life.
  absl::Status Live() {
    absl::Status status = Open();
    for (int i = 0; status.ok() && i < 12; ++i) {
      status = Commit(1 + i % 5, i % 3 == 0);
      if (i == 7) Discard(promised_ / 2);
      if (i == 9) Discard(promised_ - 2);
    }
    if (status.ok()) status = log_->Close();
    return status;
  }

  size_t segments() const { return log_->segments(); }
  uint64_t promised() const { return promised_; }

 private:
  static std::string PayloadOf(uint64_t seq) {
    return absl::StrCat(seq, std::string(20 + seq * 37 % 150, 'p'));
  }

  FaultyDisk* disk_;
  std::unique_ptr<SegmentedLog> log_;
  uint64_t base_ = 0;       // The seq of token 1, less 1.
  uint64_t written_ = 0;    // Records up to here may be there.
  uint64_t promised_ = 0;   // Those up to here must.
  uint64_t discarded_ = 0;  // But for those up to here.
};

TEST(LogRecoveryTest, ALifeHasManySegmentsOfWhichSomeGo) {
  FaultyDisk disk;
  Writer writer(&disk);
  const absl::Status status = writer.Live();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(disk.Names(), Not(Contains("log-0000000001")));
  EXPECT_THAT(disk.Names(), Contains("log-0000000009"));
  EXPECT_GT(disk.operations(), 60u);
}

// Cuts a first life after each operation, and a second one, too.
void CutEverywhere(Keep keep, uint64_t seeds) {
  for (uint64_t cut = 0;; ++cut) {
    bool cut_short = false;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
      SCOPED_TRACE(absl::StrCat("after operation ", cut, ", seed ", seed));
      FaultyDisk disk;
      Writer writer(&disk);
      disk.CutPowerAfter(cut);
      cut_short = !writer.Live().ok();
      disk.Restart(keep, seed);
      disk.CutPowerAfter(disk.operations() + cut * 7 % 23);
      (void)writer.Live();
      disk.Restart(keep, seed + 1000);
      const absl::Status status = writer.Live();
      ASSERT_TRUE(status.ok()) << status;
    }
    if (!cut_short) return;
  }
}

TEST(LogRecoveryTest, AKilledProcessLosesNothing) {
  CutEverywhere(Keep::kAll, 1);
}

TEST(LogRecoveryTest, APowerCutTakesOnlyWhatWasNotSynced) {
  CutEverywhere(Keep::kSynced, 1);
}

TEST(LogRecoveryTest, APowerCutMayTakeAnyPartOfWhatWasNotSynced) {
  CutEverywhere(Keep::kSome, 12);
}

// A log that a killed process has left, whose every record was promised.
struct Killed {
  Killed() {
    Writer writer(&disk);
    EXPECT_TRUE(writer.Open().ok());
    for (int i = 0; i < 8; ++i) EXPECT_TRUE(writer.Commit(1 + i % 3).ok());
    promised = writer.promised();
  }
  absl::Status Open() {
    return SegmentedLog::Open(disk.NewDirectory(), kIdentity, kSegmentBytes)
        .status();
  }

  FaultyDisk disk;
  uint64_t promised = 0;
};

TEST(LogRecoveryTest, EveryFlippedByteIsRefusedTheLastCommitIncluded) {
  const Killed whole;
  const std::vector<std::string> names = whole.disk.Names();
  int refused = 0;
  int harmless = 0;
  for (const std::string& name : names) {
    const std::string before = Killed().disk.Bytes(name);
    for (size_t at = 0; at < before.size(); ++at) {
      if (before[at] == 0 && at % 16 != 0) continue;  // Zeros are many.
      Killed killed;
      std::string& bytes = killed.disk.Bytes(name);
      bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
      Writer writer(&killed.disk);
      const absl::Status status = killed.Open();
      if (status.ok()) {
        // Behind the end, or the mark's older slot: all is there.
        ++harmless;
        const absl::StatusOr<SegmentedLog::Opened> opened = SegmentedLog::Open(
            killed.disk.NewDirectory(), kIdentity, kSegmentBytes);
        ASSERT_TRUE(opened.ok()) << opened.status();
        EXPECT_EQ(opened->records.size(), killed.promised) << name << " " << at;
        continue;
      }
      ++refused;
      EXPECT_THAT(std::string(status.message()),
                  AllOf(HasSubstr("/disk/" + name + ": "), HasSubstr("byte"),
                        HasSubstr("restore this node's log, or give")))
          << at;
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(harmless, 100);
}

TEST(LogRecoveryTest, AMissingFileIsRefusedByItsName) {
  const Killed whole;
  ASSERT_GE(whole.disk.Names().size(), 4u);
  for (const std::string& name : whole.disk.Names()) {
    Killed killed;
    ASSERT_TRUE(killed.disk.NewDirectory()->Remove(name).ok());
    const absl::Status status = killed.Open();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr("/disk/log")) << name;
    if (name != killed.disk.Names().back()) continue;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("/disk/" + name + ": it is missing; restore"));
  }
}

TEST(LogRecoveryTest, AFileThatIsCutShortIsRefused) {
  const Killed whole;
  const std::string last = whole.disk.Names()[whole.disk.Names().size() - 2];
  const size_t used = Killed().disk.Bytes(last).find_last_not_of('\0') + 1;
  for (size_t size = 0; size < used; ++size) {
    Killed killed;
    killed.disk.Bytes(last).resize(size);
    EXPECT_EQ(killed.Open().code(), absl::StatusCode::kDataLoss) << size;
  }
}

TEST(LogRecoveryTest, ALogOfTheFormerFormatIsRefused) {
  Killed killed;
  ASSERT_TRUE(killed.disk.NewDirectory()->Create("log").ok());
  const absl::Status status = killed.Open();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("/disk/log: a log of format 1: this program reads "
                        "format 2; go on with the program that wrote it; "));
}

}  // namespace
}  // namespace distdb
