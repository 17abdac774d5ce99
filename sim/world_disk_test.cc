// Disks in the world: what a crash leaves, and what a disk does to a node.

#include <string>
#include <utility>
#include <variant>

#include "gtest/gtest.h"
#include "sim/world_testing.h"

namespace distdb::sim {
namespace {

TEST(WorldDiskTest, WhatIsHeldBackVanishesInACrash) {
  Plan plan = CalmPlan(4);
  plan.disk.fsync_time = 50 * kMillisecond;
  At(plan, 10 * kMillisecond, Put(0, 1));
  // While the fsync is under way.
  At(plan, 20 * kMillisecond, Crash{.node = NodeId(0), .keeps = 0});
  plan.dead = NodeSet::Of(NodeId(0));
  std::get<Crash>(plan.actions.back().deed).for_good = true;
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  for (const Log::Sent& sent : log.passages) {
    EXPECT_FALSE(sent.message.instance == Id(0, 1) &&
                 sent.message.kind != MessageKind::kWatermark);
  }
  // Only the writes of the end, at three nodes.
  EXPECT_EQ(log.replies.size(), 3u);
  EXPECT_EQ(log.peers_down, 3);
}

TEST(WorldDiskTest, UnsyncedRecordsThatSurviveACrashAreFoundAfterIt) {
  for (const uint64_t keeps : {0, 1}) {
    Plan plan = CalmPlan(4);
    plan.disk.fsync_time = 50 * kMillisecond;
    At(plan, 10 * kMillisecond, Put(0, 1));
    At(plan, 20 * kMillisecond, Crash{.node = NodeId(0), .keeps = keeps});
    At(plan, 30 * kMillisecond, Restart{NodeId(0)});
    Log log;
    const RunResult result = Play(plan, log);
    EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
    ASSERT_EQ(log.starts.size(), 5u);
    EXPECT_EQ(log.starts[4], std::make_pair(NodeId(0), size_t{keeps}));
    // p0's stream: the write that survived, if it did, and that of the end.
    size_t delivered = 0;
    for (const auto& [node, id] : log.deliveries) {
      delivered += node == NodeId(1) && id.origin == NodeId(0) ? 1 : 0;
    }
    EXPECT_EQ(delivered, 1 + keeps);
  }
}

TEST(WorldDiskTest, AProcessThatCrashesLosesOnlyWhatItHasNotWritten) {
  for (const Duration write_wait : {Duration{0}, 50 * kMillisecond}) {
    Plan plan = CalmPlan(4);
    plan.disk.write_wait = write_wait;
    plan.disk.fsync_time = 50 * kMillisecond;
    At(plan, 10 * kMillisecond, Put(0, 1));
    At(plan, 20 * kMillisecond,
       Crash{.node = NodeId(0), .keeps = {}, .kind = Crash::Kind::kProcess});
    At(plan, 30 * kMillisecond, Restart{NodeId(0)});
    // Waits as long as it may.
    OneAnswer driver(Decision::kWriteWait, ~uint64_t{0});
    Log log;
    Observer* const observers[] = {&log};
    const RunResult result = RunPlan(plan, &driver, observers);
    EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
    const size_t kept = write_wait == 0 ? 1 : 0;
    ASSERT_EQ(log.starts.size(), 5u);
    EXPECT_EQ(log.starts[4], std::make_pair(NodeId(0), kept));
    EXPECT_EQ(result.faults[FaultName::kLostBuffer], 1 - kept);
    EXPECT_EQ(result.faults[FaultName::kPowerCut], 0u);
  }
}

TEST(WorldDiskTest, APayloadThatIsNotInMemoryIsLoadedFromTheDisk) {
  Plan plan = CalmPlan(4);
  plan.config.retained_memory_bytes_max = 0;
  At(plan, kMillisecond, Crash{.node = NodeId(3)});
  At(plan, 10 * kMillisecond, Put(0, 1));
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_GT(log.loads, 0);
}

// Until the healing; but what an amnesiac cannot read it never can, and whoever
// lacks the payload has it from another node.
TEST(WorldDiskTest, ARecordThatCannotBeReadIsNotSent) {
  for (const bool for_good : {false, true}) {
    Plan plan = CalmPlan(4);
    plan.config.retained_memory_bytes_max = 0;
    plan.disk.read_fails_per_mille = 1000;
    if (for_good) plan.amnesiacs.Insert(NodeId(0));
    At(plan, kMillisecond, Crash{.node = NodeId(3)});
    At(plan, 10 * kMillisecond, Put(0, 1));
    At(plan, 100 * kMillisecond, Restart{NodeId(3)});
    Log log;
    const RunResult result = Play(plan, log);
    EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
    EXPECT_GT(result.faults[FaultName::kFailedRead], 0u);
    NodeSet answered;
    for (const Log::Sent& sent : log.passages) {
      if (sent.message.kind != MessageKind::kPayload ||
          sent.message.instance != Id(0, 1)) {
        continue;
      }
      EXPECT_GE(sent.at, plan.heal_at);
      answered.Insert(sent.passage.from);
    }
    EXPECT_FALSE(answered.empty());
    EXPECT_EQ(answered.Contains(NodeId(0)), !for_good);
  }
}

TEST(WorldDiskTest, WhatAFullDiskRefusesIsIssuedAgainAndUntilThenHeldBack) {
  Plan plan = CalmPlan(4);
  At(plan, 10 * kMillisecond, FullDisk{NodeId(0), true});
  // A Tick that proposes comes before the disk says that it is full.
  At(plan, 20 * kMillisecond, Put(0, 1));
  At(plan, 300 * kMillisecond, FullDisk{NodeId(0), false});
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_GT(result.faults[FaultName::kFullDisk], 0u);
  size_t sends = 0;
  for (const Log::Sent& sent : log.passages) {
    if (sent.passage.fate != Fate::kSent ||
        sent.message.kind != MessageKind::kSend ||
        sent.message.instance != Id(0, 1)) {
      continue;
    }
    ++sends;
    EXPECT_GE(sent.at, Time(300 * kMillisecond));
  }
  EXPECT_GE(sends, 3u);
  ASSERT_FALSE(log.replies.empty());
  EXPECT_TRUE(log.replies[0].status.ok());
  EXPECT_EQ(log.replies[0].request, RequestId(1));
}

TEST(WorldDiskTest, ACrashForgetsWhatAFullDiskRefused) {
  Plan plan = CalmPlan(4);
  At(plan, 10 * kMillisecond, FullDisk{NodeId(0), true});
  At(plan, 20 * kMillisecond, Put(0, 1));
  At(plan, 100 * kMillisecond, Crash{.node = NodeId(0)});
  At(plan, 200 * kMillisecond, Restart{NodeId(0)});
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  ASSERT_EQ(log.starts.size(), 5u);
  EXPECT_EQ(log.starts[4], std::make_pair(NodeId(0), size_t{0}));
}

TEST(WorldDiskTest, AnAmnesiacStartsWithNothingAndTheOthersHold) {
  Plan plan = CalmPlan(4);
  plan.amnesiacs = NodeSet::Of(NodeId(0));
  At(plan, 10 * kMillisecond, Put(0, 1));
  At(plan, 100 * kMillisecond, LoseDisk{NodeId(0)});
  At(plan, 110 * kMillisecond, Restart{NodeId(0)});
  // Its second life says something else in an instance of the first.
  At(plan, 111 * kMillisecond, Put(0, 2, "other"));
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_EQ(result.faults[FaultName::kAmnesia], 1u);
  ASSERT_EQ(log.starts.size(), 5u);
  EXPECT_EQ(log.starts[4], std::make_pair(NodeId(0), size_t{0}));
}

// What bytes on the disk change in a run: nothing, unless synced ones rot.
TEST(WorldDiskTest, BytesOnTheDiskAndDamageToWhatIsNotSyncedChangeNothing) {
  uint64_t damaged = 0;
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    Plan plan = PlanOfSeed(seed, Shape());
    for (Action& action : plan.actions) {
      if (LoseDisk* lost = std::get_if<LoseDisk>(&action.deed)) {
        lost->how = LoseDisk::How::kLiedFsync;
      }
    }
    std::string hashes[2];
    for (const bool bytes : {false, true}) {
      plan.disk.bytes = bytes;
      plan.disk.damages_tail = bytes;
      SeedDriver driver(seed);
      const RunResult result = RunPlan(plan, &driver, {});
      EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
      hashes[bytes ? 1 : 0] = result.hash;
      damaged += result.faults[FaultName::kTornRecord] +
                 result.faults[FaultName::kBitFlip] +
                 result.faults[FaultName::kMisdirectedWrite];
    }
    EXPECT_EQ(hashes[0], hashes[1]) << "seed " << seed;
  }
  EXPECT_GT(damaged, 5u);
}

TEST(WorldDiskTest, ADiskThatForgetsAPartLeavesAPrefixOrIsReplaced) {
  struct Case {
    LoseDisk::How how;
    OneAnswer driver;
    bool all;
    FaultName fault;
  } cases[] = {
      {LoseDisk::How::kLiedFsync,
       {Decision::kLiedFsync, 3},
       false,
       FaultName::kLiedFsync},
      // A bit of the header, and one of the last commit.
      {LoseDisk::How::kBitFlip,
       {Decision::kDamagedPlace, 40},
       true,
       FaultName::kBitFlip},
      {LoseDisk::How::kBitFlip,
       {Decision::kDamagedPlace, 1'000'000},
       true,
       FaultName::kBitFlip},
  };
  for (Case& c : cases) {
    Plan plan = CalmPlan(4);
    plan.amnesiacs = NodeSet::Of(NodeId(0));
    plan.disk.bytes = true;
    At(plan, 10 * kMillisecond, Put(0, 1));
    At(plan, 50 * kMillisecond, Put(1, 2));
    At(plan, 100 * kMillisecond, LoseDisk{NodeId(0), c.how});
    At(plan, 110 * kMillisecond, Restart{NodeId(0)});
    Log log;
    Observer* const observers[] = {&log};
    const RunResult result = RunPlan(plan, &c.driver, observers);
    EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
    EXPECT_EQ(result.faults[c.fault], 1u);
    EXPECT_EQ(result.faults[FaultName::kRefusedLog], c.all ? 1u : 0u);
    ASSERT_EQ(log.starts.size(), 5u);
    EXPECT_EQ(log.starts[4].second == 0, c.all);
  }
}

TEST(WorldDiskTest, AFailedFsyncEndsTheNodeAndItGoesOnFromWhatIsThere) {
  Plan plan = CalmPlan(4);
  plan.disk.fsync_fails_per_mille = 1000;
  plan.crash.count_max = 1;
  At(plan, 10 * kMillisecond, Put(0, 1));
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_EQ(result.faults[FaultName::kFailedFsync], 1u);
  EXPECT_EQ(result.faults[FaultName::kPowerCut], 0u);
  ASSERT_EQ(log.starts.size(), 5u);
  EXPECT_EQ(log.starts[4], std::make_pair(NodeId(0), size_t{0}));
}

}  // namespace
}  // namespace distdb::sim
