#include "sim/byte_log.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/mix.h"

namespace distdb::sim {
namespace {

std::vector<Record> Records(uint64_t first, uint64_t last) {
  std::vector<Record> records;
  for (uint64_t token = first; token <= last; ++token) {
    Record record{
        .token = Token(token),
        .kind = token % 2 == 0 ? RecordKind::kReady : RecordKind::kEcho,
        .instance = {Epoch(1), NodeId(1), Seq(token)}};
    record.digest.bytes.fill(static_cast<uint8_t>(token));
    if (token % 2 == 1) {
      record.payload = Payload(std::string(token * 7 % 60, 'v'));
    }
    records.push_back(record);
  }
  return records;
}

uint64_t DrawZero(uint64_t) { return 0; }

// Six records, of which the first four are synced, in two commits.
ByteLog SixRecords() {
  ByteLog log(NodeId(2));
  for (const uint64_t first : {1, 3}) {
    log.Write(Records(first, first + 1));
    log.BeginFsync();
    log.CompleteFsync();
  }
  log.Write(Records(5, 6));
  return log;
}

TEST(ByteLogTest, WhatIsWrittenComesBackAndTheLogGoesOn) {
  ByteLog log = SixRecords();
  log.CutPower(5, Damage::kNone, DrawZero);
  const auto recovered = log.Recover();
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_EQ(*recovered, Records(1, 5));
  log.Write(Records(6, 7));
  const auto again = log.Recover();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, Records(1, 7));
  const auto loaded = log.Load(2, Token(3));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(*loaded, Records(3, 3)[0]);
}

TEST(ByteLogTest, DamageToWhatIsNotSyncedIsCutExactly) {
  for (const Damage tail :
       {Damage::kTorn, Damage::kBitFlip, Damage::kMisdirected}) {
    for (size_t kept = 4; kept <= 6; ++kept) {
      for (uint64_t seed = 0; seed < 200; ++seed) {
        ByteLog log = SixRecords();
        log.CutPower(kept, tail, [&](uint64_t n) {
          Mixer mixer(seed);
          return Below(mixer.Low(), n);
        });
        const auto recovered = log.Recover();
        ASSERT_TRUE(recovered.ok()) << recovered.status();
        EXPECT_EQ(*recovered, Records(1, kept));
      }
    }
  }
}

TEST(ByteLogTest, DamageToWhatIsSyncedIsRefused) {
  for (const Damage damage : {Damage::kBitFlip, Damage::kMisdirected}) {
    int refused = 0;
    int cut = 0;
    for (uint64_t seed = 0; seed < 500; ++seed) {
      ByteLog log = SixRecords();
      const ByteLog::Duty duty = log.Strike(damage, [&](uint64_t n) {
        Mixer mixer(seed);
        return Below(mixer.Low(), n);
      });
      const auto recovered = log.Recover();
      EXPECT_EQ(recovered.ok(), !duty.refuses);
      if (!recovered.ok()) {
        ++refused;
        continue;
      }
      EXPECT_EQ(*recovered, Records(1, duty.records));
      EXPECT_GE(duty.records, 4u) << "what was synced";
      ++cut;
    }
    EXPECT_GT(refused, 50);
    EXPECT_GT(cut, 0);
  }
}

TEST(ByteLogTest, ALongLogIsManySegmentsAndEveryDamageIsRefused) {
  const auto write = [](ByteLog& log) {
    for (uint64_t first = 1; first <= 400; first += 2) {
      log.Write(Records(first, first + 1));
      log.BeginFsync();
      log.CompleteFsync();
    }
  };
  ByteLog log(NodeId(2));
  write(log);
  const auto recovered = log.Recover();
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_EQ(*recovered, Records(1, 400));
  for (uint64_t seed = 0; seed < 200; ++seed) {
    ByteLog struck(NodeId(2));
    write(struck);
    const ByteLog::Duty duty = struck.Strike(Damage::kBitFlip, [&](uint64_t n) {
      Mixer mixer(seed);
      return Below(mixer.Low(), n);
    });
    EXPECT_TRUE(duty.refuses);
    EXPECT_FALSE(struck.Recover().ok());
  }
}

TEST(ByteLogTest, ADamagedRecordIsNotLoaded) {
  ByteLog log = SixRecords();
  log.CutPower(4, Damage::kBitFlip, DrawZero);
  EXPECT_FALSE(log.Load(4, Token(5)).ok());
  EXPECT_TRUE(log.Load(3, Token(4)).ok());
}

}  // namespace
}  // namespace distdb::sim
