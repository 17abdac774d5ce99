#include "sim/draw_plan.h"

#include <map>
#include <set>
#include <variant>

#include "core/quorum.h"
#include "gtest/gtest.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

constexpr uint64_t kSeeds = 2000;

TEST(DrawPlanTest, WhoeverFailsSharesOneBudget) {
  std::set<int> sizes;
  int full = 0;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Plan plan = PlanOfSeed(seed, Shape());
    sizes.insert(plan.nodes());
    EXPECT_TRUE((plan.liars & plan.dead).empty());
    EXPECT_TRUE((plan.amnesiacs & plan.dead).empty());
    EXPECT_TRUE((plan.amnesiacs & plan.liars).empty());
    EXPECT_TRUE((plan.false_clocks & plan.Correct()) == plan.false_clocks);
    EXPECT_TRUE((plan.joiners & plan.Correct()) == plan.joiners);
    const int left_out = static_cast<int>(plan.left_out.size());
    const int faulty = plan.liars.size() + plan.dead.size() +
                       plan.amnesiacs.size() + plan.false_clocks.size() +
                       left_out;
    // A false clock is in the budget and yet correct.
    EXPECT_EQ(plan.Correct().size() + faulty - plan.false_clocks.size(),
              plan.nodes());
    EXPECT_LE(faulty, FaultBudget(plan.nodes()));
    full += faulty == FaultBudget(plan.nodes()) ? 1 : 0;
    if (plan.config.mode == Mode::kBroadcast) {
      EXPECT_TRUE(plan.liars.empty());
      EXPECT_TRUE(plan.amnesiacs.empty());
    }
  }
  EXPECT_EQ(sizes, (std::set<int>{4, 5, 6, 7, 8, 9, 10, 11, 12, 13}));
  EXPECT_GT(full, static_cast<int>(kSeeds) / 3);
}

TEST(DrawPlanTest, WhatIsGivenIsNotDrawn) {
  Shape shape;
  shape.mode = Mode::kBracha;
  shape.nodes = 9;
  shape.liars = 5;  // Beyond f: as was asked for.
  shape.quorum_policy = QuorumPolicy::kNMinus2F;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const Plan plan = PlanOfSeed(seed, shape);
    EXPECT_EQ(plan.config.mode, Mode::kBracha);
    EXPECT_EQ(plan.nodes(), 9);
    EXPECT_EQ(plan.liars.size(), 5);
    EXPECT_TRUE(plan.dead.empty());
    EXPECT_EQ(plan.config.quorum_policy, QuorumPolicy::kNMinus2F);
  }
}

// What a flag fixes does not shift what else is drawn.
TEST(DrawPlanTest, TheQuorumPolicyChangesNothingElse) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Shape unsafe;
    unsafe.quorum_policy = QuorumPolicy::kNMinus2F;
    const Plan a = PlanOfSeed(seed, Shape());
    const Plan b = PlanOfSeed(seed, unsafe);
    EXPECT_EQ(a.liars, b.liars);
    EXPECT_EQ(a.actions.size(), b.actions.size());
    EXPECT_EQ(a.network.link_delay, b.network.link_delay);
  }
}

TEST(DrawPlanTest, EachFaultIsOffInSomeSeedsAndHardInOthers) {
  std::map<uint32_t, int> loss;
  std::map<uint32_t, int> duplication;
  std::map<uint32_t, int> vote_crashes;
  std::map<bool, int> in_order;
  std::map<bool, int> partitioned;
  std::map<bool, int> crashing;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Plan plan = PlanOfSeed(seed, Shape());
    ++loss[plan.network.loss_per_mille];
    ++duplication[plan.network.duplicate_per_mille];
    ++vote_crashes[plan.crash.while_sending_per_mille];
    ++in_order[plan.network.in_order];
    bool partition = false;
    bool crash = false;
    for (const Action& action : plan.actions) {
      partition |= std::holds_alternative<Partition>(action.deed);
      crash |= std::holds_alternative<Crash>(action.deed);
    }
    ++partitioned[partition];
    ++crashing[crash];
  }
  const int some = static_cast<int>(kSeeds) / 20;
  for (const auto& counts : {loss, duplication, vote_crashes}) {
    EXPECT_GT(counts.at(0), some);
    EXPECT_GT(counts.size(), 2u);
    for (const auto& [hardness, count] : counts) EXPECT_GT(count, some);
  }
  for (const auto& counts : {in_order, partitioned, crashing}) {
    EXPECT_GT(counts.at(false), some);
    EXPECT_GT(counts.at(true), some);
  }
}

}  // namespace
}  // namespace distdb::sim
