#include "sim/world.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/store/batch.h"
#include "gtest/gtest.h"
#include "sim/calm_plan.h"
#include "sim/check_handler.h"
#include "sim/checkers/suite.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

const Tape kCalm;

Deed Put(uint32_t node, uint64_t request, std::string value = "v") {
  return Ask{NodeId(node), RequestId(request),
             Write{{{MutationKind::kPut, "k", std::move(value)}}}};
}

void At(Plan& plan, Duration at, Deed deed) {
  plan.actions.push_back({{.at = Time(at)}, std::move(deed)});
}

void After(Plan& plan, Condition condition, Duration at, Deed deed) {
  plan.actions.push_back(
      {{.at = Time(at), .after = condition}, std::move(deed)});
}

InstanceId Id(uint32_t origin, uint64_t seq) {
  return {Epoch(1), NodeId(origin), Seq(seq)};
}

// Remembers what a test asks about.
class Log : public Observer {
 public:
  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override {
    times.push_back(at);
    for (const Delivery& delivery : effects.delivered) {
      deliveries.push_back({node, delivery.instance});
    }
    if (std::holds_alternative<Loaded>(event)) ++loads;
    if (std::holds_alternative<PeerDown>(event)) ++peers_down;
  }
  void OnPassage(Time at, const Passage& passage,
                 const Message& message) override {
    passages.push_back({at, passage, message});
  }
  void OnReply(Time, NodeId, const Reply& reply) override {
    replies.push_back(reply);
  }
  void OnStart(Time, NodeId node, absl::Span<const Record> records) override {
    starts.push_back({node, records.size()});
  }
  void OnCrash(Time at, NodeId, Token) override { crashes.push_back(at); }

  size_t Count(Fate fate) const {
    size_t count = 0;
    for (const Sent& sent : passages) count += sent.passage.fate == fate;
    return count;
  }

  struct Sent {
    Time at;
    Passage passage;
    Message message;
  };
  std::vector<Time> times;
  std::vector<std::pair<NodeId, InstanceId>> deliveries;
  std::vector<Sent> passages;
  std::vector<Reply> replies;
  std::vector<std::pair<NodeId, size_t>> starts;
  std::vector<Time> crashes;
  int loads = 0;
  int peers_down = 0;
};

RunResult Play(const Plan& plan, Log& log) {
  TapeDriver driver(&kCalm);
  Observer* const observers[] = {&log};
  return RunPlan(plan, &driver, observers);
}

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

TEST(WorldTest, WhatIsHeldBackVanishesInACrash) {
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

TEST(WorldTest, UnsyncedRecordsThatSurviveACrashAreFoundAfterIt) {
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

TEST(WorldTest, AProcessThatCrashesLosesOnlyWhatItHasNotWritten) {
  for (const Duration write_wait : {Duration{0}, 50 * kMillisecond}) {
    Plan plan = CalmPlan(4);
    plan.disk.write_wait = write_wait;
    plan.disk.fsync_time = 50 * kMillisecond;
    At(plan, 10 * kMillisecond, Put(0, 1));
    At(plan, 20 * kMillisecond,
       Crash{.node = NodeId(0), .keeps = {}, .process_only = true});
    At(plan, 30 * kMillisecond, Restart{NodeId(0)});
    // Waits as long as it may.
    class Slow : public Driver {
     public:
      uint64_t Answer(const About& about, uint64_t n) override {
        return about.decision == Decision::kWriteWait ? n - 1 : 0;
      }
      size_t AnswerNamed(const About&, absl::Span<const Option>) override {
        return 0;
      }
    } driver;
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

TEST(WorldTest, APayloadThatIsNotInMemoryIsLoadedFromTheDisk) {
  Plan plan = CalmPlan(4);
  plan.config.retained_memory_bytes_max = 0;
  At(plan, kMillisecond, Crash{.node = NodeId(3)});
  At(plan, 10 * kMillisecond, Put(0, 1));
  Log log;
  const RunResult result = Play(plan, log);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_GT(log.loads, 0);
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

TEST(WorldTest, WhatAFullDiskRefusesIsIssuedAgainAndUntilThenHeldBack) {
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

TEST(WorldTest, ACrashForgetsWhatAFullDiskRefused) {
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

TEST(WorldTest, AnAmnesiacStartsWithNothingAndTheOthersHold) {
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

// With two liars of four, beyond f, nothing can be delivered any more.
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
