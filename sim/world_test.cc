#include "sim/world.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/store/batch.h"
#include "gtest/gtest.h"
#include "sim/check_handler.h"
#include "sim/checkers/suite.h"
#include "sim/world_testing.h"

namespace distdb::sim {
namespace {

TEST(WorldTest, ACalmClusterDeliversEverywhereAndAnswers) {
  Plan plan = CalmPlan(4);
  At(plan, 10 * kMillisecond, Put(0, 1));
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  // The write, and the four of the end.
  EXPECT_EQ(log.deliveries.size(), 5u * 4u);
  EXPECT_EQ(log.replies.size(), 5u);
  EXPECT_TRUE(log.replies[0].status.ok());
  EXPECT_EQ(log.Count(Fate::kLost), 0u);
  EXPECT_EQ(log.Count(Fate::kSent), log.Count(Fate::kReceived));
}

TEST(WorldTest, TimeNeverGoesBackAndIdleTimeIsSkipped) {
  Plan plan = CalmPlan(4);
  plan.heal_at = Time(3600 * kSecond);
  At(plan, 10 * kMillisecond, Put(0, 1));
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value());
  EXPECT_LT(result.events, 1000u);
  for (size_t i = 1; i < log.times.size(); ++i) {
    EXPECT_LE(log.times[i - 1], log.times[i]);
  }
}

TEST(WorldTest, AnActionWaitsForItsCondition) {
  const Condition conditions[] = {{.node = NodeId(1),
                                   .what = Condition::What::kSent,
                                   .message = MessageKind::kReady,
                                   .instance = Id(0, 1)},
                                  {.node = NodeId(1),
                                   .what = Condition::What::kReceived,
                                   .message = MessageKind::kSend,
                                   .instance = Id(0, 1)},
                                  {.node = NodeId(1),
                                   .what = Condition::What::kDurable,
                                   .record = RecordKind::kEcho,
                                   .instance = Id(0, 1)},
                                  {.node = NodeId(1),
                                   .what = Condition::What::kDelivered,
                                   .instance = Id(0, 1)}};
  std::vector<Time> times;
  for (const Condition& condition : conditions) {
    Plan plan = CalmPlan(4);
    At(plan, 10 * kMillisecond, Put(0, 1));
    After(plan, condition, kMicrosecond, Crash{.node = NodeId(1)});
    Log log;
    const RunResult result = Play(plan, log);
    EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
    ASSERT_EQ(log.crashes.size(), 1u);
    times.push_back(log.crashes[0]);
  }
  // SEND is received, ECHO durable, READY sent, delivered: in this order.
  EXPECT_LT(times[1], times[2]);
  EXPECT_LT(times[2], times[0]);
  EXPECT_LT(times[0], times[3]);
}

TEST(WorldTest, AScriptedLiarSaysWhatItIsToldAndNothingElse) {
  Plan plan = CalmPlan(4);
  plan.liars = NodeSet::Of(NodeId(0));
  BatchBuilder builder;
  builder.Add({MutationKind::kPut, "k", "v"});
  const Message send{.kind = MessageKind::kSend,
                     .instance = Id(0, 1),
                     .payload = Payload(builder.Build(Timestamp(1)))};
  for (const uint32_t to : {1, 2, 3}) {
    At(plan, 10 * kMillisecond, Say{NodeId(0), NodeId(to), send});
  }
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  size_t lies = 0;
  for (const Log::Sent& sent : log.passages) {
    if (sent.passage.from != NodeId(0) || sent.passage.fate != Fate::kSent) {
      continue;
    }
    EXPECT_TRUE(sent.passage.lie);
    ++lies;
  }
  EXPECT_EQ(lies, 3u);
  // Three ECHOs are a quorum of four nodes: all three deliver it.
  size_t delivered = 0;
  for (const auto& [node, id] : log.deliveries) delivered += id == Id(0, 1);
  EXPECT_EQ(delivered, 3u);
}

TEST(WorldTest, PartitionsSwallowMessagesUntilTheyEnd) {
  Plan plan = CalmPlan(4);
  At(plan, 10 * kMillisecond, Partition{NodeSet(0b0001), true});
  At(plan, 20 * kMillisecond, Put(0, 1));
  At(plan, 500 * kMillisecond, Partition{NodeSet(0b0001), false});
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_GT(log.Count(Fate::kCut), 0u);
  for (const Log::Sent& sent : log.passages) {
    if (sent.passage.fate == Fate::kReceived &&
        sent.passage.from == NodeId(0) && sent.at > Time(12 * kMillisecond)) {
      EXPECT_GE(sent.at, Time(500 * kMillisecond));
    }
  }
}

TEST(WorldTest, AOneWayPartitionSwallowsWhatItsSideSendsOnly) {
  Plan plan = CalmPlan(4);
  At(plan, 10 * kMillisecond, Partition{NodeSet(0b0001), true, true});
  At(plan, 20 * kMillisecond, Put(0, 1));
  At(plan, 30 * kMillisecond, Put(1, 2));
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_EQ(result.faults[FaultName::kOneWayPartition], 1u);
  bool heard = false;
  for (const Log::Sent& sent : log.passages) {
    if (sent.at <= Time(12 * kMillisecond) || sent.at >= plan.heal_at) continue;
    if (sent.passage.fate == Fate::kCut) {
      EXPECT_EQ(sent.passage.from, NodeId(0));
    }
    if (sent.passage.fate != Fate::kReceived) continue;
    EXPECT_NE(sent.passage.from, NodeId(0));
    heard |= sent.passage.to == NodeId(0);
  }
  EXPECT_TRUE(heard);
}

TEST(WorldTest, APartitionChoosesWhatHappensToWhatIsUnderWay) {
  using UnderWay = Partition::UnderWay;
  constexpr Duration kBegins = 20 * kMillisecond;
  constexpr Duration kEnds = 30 * kMillisecond;
  for (const UnderWay under_way :
       {UnderWay::kSwallowed, UnderWay::kHeld, UnderWay::kPasses}) {
    Plan plan = CalmPlan(4);
    plan.config.resend_interval = 200 * kMillisecond;
    // The SENDs of this write leave at 19.6 ms and take a millisecond.
    At(plan, 19'500 * kMicrosecond, Put(0, 1));
    At(plan, kBegins,
       Partition{.side = NodeSet(0b0001), .under_way = under_way});
    At(plan, kEnds, Partition{.side = NodeSet(0b0001), .begins = false});
    Log log;
    const RunResult result = Play(plan, log);
    EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
    size_t during = 0;
    size_t in_burst = 0;
    for (const Log::Sent& sent : log.passages) {
      if (sent.passage.fate != Fate::kReceived ||
          sent.message.kind != MessageKind::kSend ||
          sent.message.instance != Id(0, 1)) {
        continue;
      }
      during += sent.at > Time(kBegins) && sent.at < Time(kEnds) ? 1 : 0;
      in_burst += sent.at == Time(kEnds) ? 1 : 0;
    }
    EXPECT_EQ(during, under_way == UnderWay::kPasses ? 3u : 0u);
    EXPECT_EQ(in_burst, under_way == UnderWay::kHeld ? 3u : 0u);
    EXPECT_EQ(result.faults[FaultName::kHeldMessage] > 0,
              under_way == UnderWay::kHeld);
    EXPECT_EQ(result.faults[FaultName::kSlippedThrough] > 0,
              under_way == UnderWay::kPasses);
  }
}

TEST(WorldTest, AReadMayAskForAnEarlierWrite) {
  Plan plan = CalmPlan(4);
  At(plan, 10 * kMillisecond, Put(0, 1, "seen"));
  At(plan, 100 * kMillisecond,
     Ask{.node = NodeId(2),
         .request = RequestId(2),
         .command = Get{"k", {}},
         .reads_write_of = RequestId(1)});
  Log log;
  Play(plan, log);
  ASSERT_GE(log.replies.size(), 2u);
  ASSERT_EQ(log.replies[1].entries.size(), 1u);
  EXPECT_EQ(log.replies[1].entries[0].value, "seen");
}

TEST(WorldTest, AFailedCheckInCoreIsACrashOfItsNode) {
  InstallThrowingCheckHandler();
  Plan plan = CalmPlan(4);
  // No peer can send this: core holds a driver to it that channels are those
  // of members.
  class Wrecker : public Observer {
   public:
    void OnStep(Time, NodeId node, const Event&, const Effects&) override {
      if (node == NodeId(2)) DISTDB_CHECK(false, "planted");
    }
  } wrecker;
  Observer* const observers[] = {&wrecker};
  TapeDriver driver(&kCalm);
  const RunResult result = RunPlan(plan, &driver, observers);
  ASSERT_TRUE(result.violation.has_value());
  EXPECT_EQ(result.violation->property, Property::kCrash);
}

TEST(WorldTest, ARunWithoutAnEndIsAHang) {
  Plan plan = CalmPlan(4);
  plan.events_max = 20;
  At(plan, 10 * kMillisecond, Put(0, 1));
  Log log;
  const RunResult result = Play(plan, log);
  ASSERT_TRUE(result.violation.has_value());
  EXPECT_EQ(result.violation->property, Property::kHang);
}

TEST(WorldTest, ClocksDriftAndJump) {
  Plan plan = CalmPlan(4);
  plan.drift_ppm[2] = -kDriftMax;
  At(plan, 100 * kMillisecond, ClockJump{NodeId(2), -kSecond});
  At(plan, 200 * kMillisecond, Put(2, 1));
  class Clocks : public Observer {
   public:
    void OnStep(Time at, NodeId node, const Event& event,
                const Effects&) override {
      const Tick* tick = std::get_if<Tick>(&event);
      if (tick == nullptr || node != NodeId(2)) return;
      // Monotonic: it starts at 1 s and is slow by a twentieth.
      EXPECT_EQ(tick->now.value(),
                kSecond + at.value() - at.value() * 50'000 / 1'000'000);
      if (wall != 0 && tick->wall_now.value() < wall) ++back;
      wall = tick->wall_now.value();
    }
    int64_t wall = 0;
    int back = 0;
  } clocks;
  Observer* const observers[] = {&clocks};
  TapeDriver driver(&kCalm);
  const RunResult result = RunPlan(plan, &driver, observers);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_EQ(clocks.back, 1);
  EXPECT_EQ(result.faults[FaultName::kClockJump], 1u);
}

TEST(WorldTest, AMemberThatJoinsLateCatchesUp) {
  Plan plan = CalmPlan(4);
  plan.joiners = NodeSet::Of(NodeId(3));
  At(plan, 10 * kMillisecond, Put(0, 1));
  // There is no node yet that could come back.
  At(plan, 50 * kMillisecond, Restart{NodeId(3)});
  At(plan, 300 * kMillisecond, Join{NodeId(3)});
  class Joining : public Observer {
   public:
    void OnStart(Time at, NodeId node, absl::Span<const Record>) override {
      if (node == NodeId(3)) started = at;
    }
    void OnStep(Time at, NodeId node, const Event&,
                const Effects& effects) override {
      if (node != NodeId(3) || effects.delivered.empty()) return;
      if (delivered == Time(0)) delivered = at;
    }
    Time started;
    Time delivered;
  } joining;
  Observer* const observers[] = {&joining};
  TapeDriver driver(&kCalm);
  const RunResult result = RunPlan(plan, &driver, observers);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_EQ(result.faults[FaultName::kJoin], 1u);
  EXPECT_EQ(result.faults[FaultName::kRestart], 0u);
  EXPECT_EQ(joining.started, Time(300 * kMillisecond));
  EXPECT_GT(joining.delivered, joining.started);
  EXPECT_LT(joining.delivered, plan.heal_at);
}

TEST(WorldTest, AClockThatIsYearsAheadWinsKeysAndNothingElseBreaks) {
  Plan plan = CalmPlan(4);
  plan.false_clocks = NodeSet::Of(NodeId(1));
  constexpr Duration kYear = 365 * 24 * 3600 * kSecond;
  At(plan, 10 * kMillisecond, ClockJump{NodeId(1), 10 * kYear});
  At(plan, 20 * kMillisecond, Put(1, 1, "ahead"));
  // It has not heard of that write, which p1 stamps years later.
  At(plan, 20 * kMillisecond, Put(0, 2, "now"));
  At(plan, 200 * kMillisecond,
     Ask{.node = NodeId(2), .request = RequestId(3), .command = Get{"k", {}}});
  At(plan, 300 * kMillisecond, ClockJump{NodeId(1), -20 * kYear});
  At(plan, 310 * kMillisecond, Put(1, 4, "later"));
  At(plan, 400 * kMillisecond,
     Ask{.node = NodeId(2), .request = RequestId(5), .command = Get{"k", {}}});
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_EQ(result.faults[FaultName::kFalseClock], 2u);
  EXPECT_EQ(result.faults[FaultName::kClockJump], 0u);
  std::vector<std::string> values;
  for (const Reply& reply : log.replies) {
    for (const KeyValue& entry : reply.entries) values.push_back(entry.value);
  }
  EXPECT_EQ(values, (std::vector<std::string>{"ahead", "later"}));
}

TEST(WorldTest, APausedNodeHandlesNothingAndThenEverythingAtOnce) {
  Plan plan = CalmPlan(4);
  At(plan, 10 * kMillisecond, Pause{NodeId(3), true});
  for (uint64_t i = 1; i <= 5; ++i) {
    At(plan, 10 * kMillisecond + i * 20 * kMillisecond, Put(0, i));
  }
  At(plan, 300 * kMillisecond, Pause{NodeId(3), false});
  class Steps : public Observer {
   public:
    void OnStep(Time at, NodeId node, const Event&, const Effects&) override {
      if (node != NodeId(3)) return;
      during += at > Time(10 * kMillisecond) && at < Time(300 * kMillisecond);
      burst += at == Time(300 * kMillisecond);
    }
    int during = 0;
    int burst = 0;
  } steps;
  Observer* const observers[] = {&steps};
  TapeDriver driver(&kCalm);
  const RunResult result = RunPlan(plan, &driver, observers);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_EQ(result.faults[FaultName::kPause], 1u);
  EXPECT_EQ(steps.during, 0);
  EXPECT_GT(steps.burst, 5 * 4);
}

TEST(WorldTest, ACrashEndsAPause) {
  Plan plan = CalmPlan(4);
  At(plan, 10 * kMillisecond, Pause{NodeId(3), true});
  At(plan, 50 * kMillisecond, Put(0, 1));
  At(plan, 100 * kMillisecond, Crash{.node = NodeId(3)});
  At(plan, 200 * kMillisecond, Restart{NodeId(3)});
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_EQ(log.starts.size(), 5u);
}

TEST(WorldTest, ASlowNodeHandlesOneThingAtATime) {
  Plan plan = CalmPlan(4);
  plan.step_time[1] = 3 * kMillisecond;
  At(plan, 100 * kMillisecond, Put(0, 1));
  class Steps : public Observer {
   public:
    void OnStep(Time at, NodeId node, const Event&, const Effects&) override {
      if (node != NodeId(1) || at >= Time(kSecond)) return;
      // Its start is a Tick, and then nobody waits yet.
      if (last != Time(0)) {
        EXPECT_GE(at - last, 3 * kMillisecond);
      }
      last = at;
    }
    Time last;
  } steps;
  Observer* const observers[] = {&steps};
  TapeDriver driver(&kCalm);
  const RunResult result = RunPlan(plan, &driver, observers);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_GT(result.faults[FaultName::kSlowStep], 0u);
}

// With two liars of four, beyond f, nothing can be delivered any more.
// Found as a request that the healing made a promise of (a full disk refused
// it at once): whoever asked before it does not ask after it.
TEST(WorldTest, AClientOfANodeThatIsDownAsksAgainUntilTheHealing) {
  for (const bool comes_back : {true, false}) {
    Plan plan = CalmPlan(4);
    plan.final_writes = false;
    plan.ask_again_after = 30 * kMillisecond;
    At(plan, 5 * kMillisecond, Crash{.node = NodeId(0), .keeps = 0});
    At(plan, 10 * kMillisecond, Put(0, 1));
    if (comes_back) At(plan, 100 * kMillisecond, Restart{NodeId(0)});
    Log log;
    const RunResult result = Play(plan, log);
    EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
    EXPECT_EQ(log.starts.size(), 5u);
    EXPECT_EQ(log.replies.size(), comes_back ? 1u : 0u);
  }
}

TEST(WorldTest, WhatDoesNotSettleInTimeIsAViolation) {
  Plan plan = CalmPlan(4);
  plan.liars = NodeSet(0b0011);
  plan.settle_time = 20 * kSecond;
  At(plan, 10 * kMillisecond, Put(2, 1));
  Log log;
  const RunResult result = Play(plan, log);
  ASSERT_TRUE(result.violation.has_value());
  EXPECT_EQ(result.violation->property, Property::kValidity);
  EXPECT_EQ(result.end, Time(21 * kSecond));
}

}  // namespace
}  // namespace distdb::sim
