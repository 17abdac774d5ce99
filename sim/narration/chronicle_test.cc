#include "sim/narration/chronicle.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "gtest/gtest.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

using Kind = Happening::Kind;

struct Told {
  Plan plan;
  std::optional<Chronicle> chronicle;
  RunResult result;
};

std::unique_ptr<Told> Watch(uint64_t seed, const Focus& focus = {},
                            size_t max = Chronicle::kHappeningsMax) {
  auto told = std::make_unique<Told>();
  told->plan = PlanOfSeed(seed, {});
  told->chronicle.emplace(&told->plan, ValueNames(), focus, max);
  Observer* const observers[] = {&*told->chronicle};
  told->result = RunSeed(seed, {}, observers);
  told->chronicle->Finish();
  return told;
}

std::vector<StateLines> StateAtEnd(const Chronicle& chronicle) {
  std::vector<StateLines> state = chronicle.base();
  for (const Happening& happening : chronicle.happenings()) {
    if (!happening.node.has_value()) continue;
    Apply(happening.changes, state[happening.node->value()]);
  }
  return state;
}

// Keeps each node's state after its last step, as the replica tells it.
class LastState : public Observer {
 public:
  explicit LastState(int nodes) : states(static_cast<size_t>(nodes)) {}
  void OnBegin(const Replicas& replicas) override { replicas_ = &replicas; }
  void OnStep(Time, NodeId node, const Event&, const Effects&) override {
    states[node.value()] = DescribeState(*replicas_->replica(node), names_);
  }
  void OnCrash(Time, NodeId node, Token) override {
    states[node.value()].clear();
  }
  std::vector<StateLines> states;

 private:
  const Replicas* replicas_ = nullptr;
  ValueNames names_;
};

TEST(ChronicleTest, WatchingChangesNothing) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_EQ(Watch(seed)->result.hash, RunSeed(seed, {}).hash);
  }
}

TEST(ChronicleTest, EveryStepIsAHappeningWithItsNumber) {
  const auto told = Watch(3);
  uint64_t event = 0;
  Time at;
  for (const Happening& happening : told->chronicle->happenings()) {
    EXPECT_GE(happening.at, at);
    at = happening.at;
    if (happening.event == 0) continue;
    EXPECT_EQ(happening.event, ++event);
  }
  EXPECT_EQ(event, told->result.events);
}

TEST(ChronicleTest, WhatIsHeardIsHeardByTheStepThatTheMessageCaused) {
  bool seen[8] = {};
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const auto told = Watch(seed);
    const auto& happenings = told->chronicle->happenings();
    for (const Crossing& crossing : told->chronicle->crossings()) {
      seen[static_cast<size_t>(crossing.fate)] = true;
      ASSERT_NE(crossing.said_by, Crossing::kNone);
      const Happening& said = happenings[crossing.said_by];
      EXPECT_EQ(said.node, crossing.from);
      EXPECT_EQ(said.at, crossing.said);
      if (crossing.fate != Fate::kReceived) {
        EXPECT_EQ(crossing.heard_by, Crossing::kNone);
        continue;
      }
      ASSERT_NE(crossing.heard_by, Crossing::kNone);
      const Happening& heard = happenings[crossing.heard_by];
      EXPECT_EQ(heard.node, crossing.to);
      EXPECT_EQ(heard.at, crossing.ended);
      EXPECT_TRUE(heard.kind == Kind::kReceive ||
                  heard.kind == Kind::kLiarHears);
      EXPECT_GT(crossing.heard_by, crossing.said_by);
    }
  }
  for (const Fate fate : {Fate::kLost, Fate::kCut, Fate::kChannelDown,
                          Fate::kReceived, Fate::kToCrashed}) {
    EXPECT_TRUE(seen[static_cast<size_t>(fate)]) << FateName(fate);
  }
}

TEST(ChronicleTest, DifferencesAddUpToWhatTheReplicasHold) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const Plan plan = PlanOfSeed(seed, {});
    Chronicle chronicle(&plan, ValueNames());
    LastState last(plan.nodes());
    Observer* const observers[] = {&chronicle, &last};
    RunSeed(seed, {}, observers);
    const std::vector<StateLines> state = StateAtEnd(chronicle);
    for (const NodeId node : plan.Replicas()) {
      const StateLines& held = last.states[node.value()];
      if (held.empty()) continue;
      // Names of values depend on who asks first; the lines do not.
      ASSERT_EQ(state[node.value()].size(), held.size()) << seed;
    }
  }
}

TEST(ChronicleTest, OfALongRunTheEndIsKeptAndTheSameStateReached) {
  const auto all = Watch(2);
  const auto some = Watch(2, {}, 100);
  EXPECT_EQ(some->chronicle->happenings().size(), 100u);
  EXPECT_EQ(some->chronicle->first() + 100,
            all->chronicle->happenings().size());
  EXPECT_LT(some->chronicle->crossings().size(), 2000u);
  EXPECT_EQ(StateAtEnd(*some->chronicle), StateAtEnd(*all->chronicle));
}

TEST(ChronicleTest, AStretchBeginsWithTheStateBeforeIt) {
  const auto all = Watch(2);
  const uint64_t events = all->result.events;
  ASSERT_GT(events, 300u);
  const auto some =
      Watch(2, {.from = Moment(uint64_t{200}), .to = Moment(events)});
  for (const Happening& happening : some->chronicle->happenings()) {
    if (happening.event == 0) continue;
    EXPECT_GE(happening.event, 200u);
  }
  EXPECT_EQ(StateAtEnd(*some->chronicle), StateAtEnd(*all->chronicle));
}

TEST(ChronicleTest, MarksLiesForgeriesCopiesAndWhatIsLate) {
  int lies = 0;
  int forged = 0;
  int copies = 0;
  int late = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const auto told = Watch(seed);
    for (const Crossing& crossing : told->chronicle->crossings()) {
      lies += crossing.lie;
      forged += crossing.forged;
      copies += crossing.copy;
      late += crossing.late;
      EXPECT_EQ(crossing.lie, told->plan.liars.Contains(crossing.from));
    }
  }
  EXPECT_GT(lies, 0);
  EXPECT_GT(forged, 0);
  EXPECT_GT(copies, 0);
  EXPECT_GT(late, 0);
}

}  // namespace
}  // namespace distdb::sim
