// What a plan names once strikes there, and nowhere else.

#include <iterator>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "sim/calm_plan.h"
#include "sim/choice.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

constexpr Time kPut{10 * kMillisecond};

// Four nodes, and p0 is asked for one write.
Plan OneWrite() {
  Plan plan = CalmPlan(4);
  plan.final_writes = false;
  Write write;
  write.mutations.push_back({MutationKind::kPut, "k", "v"});
  plan.actions.push_back({{.at = kPut, .after = {}},
                          Ask{.node = NodeId(0),
                              .request = RequestId(1),
                              .command = std::move(write)}});
  return plan;
}

// When each node first had something durable, and when messages arrived.
class Watch : public Observer {
 public:
  void OnStep(Time at, NodeId node, const Event& event,
              const Effects&) override {
    const bool is_durable = std::holds_alternative<Persisted>(event);
    if (is_durable) durable.emplace(node, at);
    if (std::holds_alternative<PeerUp>(event)) up.emplace(node, at);
  }
  void OnPassage(Time at, const Passage& passage,
                 const Message& message) override {
    if (passage.fate != Fate::kReceived) return;
    if (message.kind == MessageKind::kSend) sends.emplace(passage.to, at);
    if (passage.lie) ++lies;
  }

  std::map<NodeId, Time> durable;
  std::map<NodeId, Time> up;
  std::multimap<NodeId, Time> sends;
  int lies = 0;
};

Watch Watched(const Plan& plan) {
  Watch watch;
  const Tape calm;
  TapeDriver driver(&calm);
  Observer* const observers[] = {&watch};
  const RunResult result = RunPlan(plan, &driver, observers);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  return watch;
}

TEST(SingleFaultsTest, AnFsyncIsCompleteWhenItIsSaidToBe) {
  Plan plan = OneWrite();
  plan.slow_fsyncs.push_back({.node = NodeId(2),
                              .record = RecordKind::kEcho,
                              .until = Time(40 * kMillisecond)});
  plan.slow_fsyncs.push_back({.node = NodeId(3), .time = 7 * kMillisecond});
  const Watch calm = Watched(OneWrite());
  const Watch slow = Watched(plan);
  EXPECT_EQ(slow.durable.at(NodeId(0)), calm.durable.at(NodeId(0)));
  EXPECT_EQ(slow.durable.at(NodeId(1)), calm.durable.at(NodeId(1)));
  EXPECT_EQ(slow.durable.at(NodeId(2)), Time(40 * kMillisecond));
  EXPECT_EQ(
      slow.durable.at(NodeId(3)),
      calm.durable.at(NodeId(3)) + 7 * kMillisecond - plan.disk.fsync_time);
}

TEST(SingleFaultsTest, AMessageArrivesWhenItIsSaidToAndAgain) {
  Plan plan = OneWrite();
  plan.rules.push_back({.from = NodeId(0),
                        .to = NodeId(1),
                        .message = MessageKind::kSend,
                        .count = 1,
                        .arrives = Time(20 * kMillisecond),
                        .again = Time(30 * kMillisecond)});
  // That has passed when it is sent.
  plan.rules.push_back({.from = NodeId(0),
                        .to = NodeId(2),
                        .message = MessageKind::kSend,
                        .count = 1,
                        .arrives = Time(kMillisecond)});
  const Watch watch = Watched(plan);
  ASSERT_EQ(watch.sends.count(NodeId(1)), 2u);
  EXPECT_EQ(watch.sends.lower_bound(NodeId(1))->second,
            Time(20 * kMillisecond));
  EXPECT_EQ(std::prev(watch.sends.upper_bound(NodeId(1)))->second,
            Time(30 * kMillisecond));
  EXPECT_EQ(watch.sends.find(NodeId(2))->second,
            watch.sends.find(NodeId(3))->second);
}

TEST(SingleFaultsTest, AChannelOpensWhenItIsSaidTo) {
  Plan plan = OneWrite();
  for (const NodeId other : {NodeId(0), NodeId(1), NodeId(2)}) {
    plan.channel_delays.push_back(
        {.node = other, .peer = NodeId(3), .after = 5 * kMillisecond});
  }
  const Watch watch = Watched(plan);
  EXPECT_EQ(watch.up.at(NodeId(0)), Time(0));
  EXPECT_EQ(watch.up.at(NodeId(3)), Time(5 * kMillisecond));
}

TEST(SingleFaultsTest, ALiarSaysWhatTheOriginProposedAndNothingBefore) {
  Plan plan = OneWrite();
  plan.liars = NodeSet::Of(NodeId(3));
  const Message echo{.kind = MessageKind::kEcho,
                     .instance = {Epoch(1), NodeId(0), Seq(1)}};
  for (const Time at : {kPut - kMillisecond, kPut + kMillisecond}) {
    plan.actions.push_back({{.at = at, .after = {}},
                            Say{.liar = NodeId(3),
                                .to = NodeId(1),
                                .message = echo,
                                .proposed = true}});
  }
  EXPECT_EQ(Watched(plan).lies, 1);
}

TEST(SingleFaultsTest, ADiskKeepsAsManyRecordsAsItIsSaidTo) {
  for (const uint64_t keeps : {0, 2}) {
    Plan plan = OneWrite();
    plan.amnesiacs = NodeSet::Of(NodeId(2));
    plan.actions.push_back({{.at = Time(50 * kMillisecond), .after = {}},
                            LoseDisk{.node = NodeId(2), .keeps = keeps}});
    struct Starts : Observer {
      void OnStart(Time, NodeId node,
                   absl::Span<const Record> records) override {
        if (node == NodeId(2)) last = records.size();
      }
      size_t last = 0;
    } starts;
    const Tape calm;
    TapeDriver driver(&calm);
    Observer* const observers[] = {&starts};
    RunPlan(plan, &driver, observers);
    EXPECT_EQ(starts.last, keeps);
  }
}

}  // namespace
}  // namespace distdb::sim
