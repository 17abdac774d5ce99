// A run written down breaks what the run broke, and shrinking it leaves what is
// needed and no more: shown with planted bugs that are found soon.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/check_handler.h"
#include "sim/mutants/registry.h"
#include "sim/scenario/parse.h"
#include "sim/scenario/run.h"
#include "sim/shrink/edit.h"
#include "sim/shrink/result.h"
#include "sim/shrink/shrink.h"

namespace distdb::sim {
namespace {

// The first seeds that break the mutant's property first; any others would do.
struct Case {
  const char* mutant;
  uint64_t seed;
};
constexpr Case kCases[] = {
    {"keyed_by_id", 7},         {"not_fifo", 3},
    {"pulled_not_durable", 5},  {"send_not_resent", 1},
    {"peer_window_ignored", 1}, {"value_of_first_message", 7},
};

std::optional<Failure> WriteDown(const std::string& mutant, uint64_t seed) {
  PlantMutant(mutant);
  Shape shape;
  shape.mutant = mutant;
  std::optional<Failure> failure = WriteDownSeed(seed, shape);
  PlantMutant("");
  return failure;
}

bool Breaks(const Scenario& scenario, Property property) {
  const RunResult run = RunCalmly(scenario);
  return run.violation.has_value() && run.violation->property == property;
}

Scenario WithoutMutant(Scenario scenario) {
  scenario.mutant.clear();
  return scenario;
}

// With each single action and rule taken away in turn.
std::vector<Scenario> SmallerOnes(const Scenario& scenario) {
  std::vector<Scenario> smaller;
  const auto add = [&](auto Plan::*part) {
    for (size_t i = 0; i < (scenario.plan.*part).size(); ++i) {
      Scenario one = scenario;
      (one.plan.*part)
          .erase((one.plan.*part).begin() + static_cast<ptrdiff_t>(i));
      Tidy(one);
      smaller.push_back(one);
    }
  };
  add(&Plan::actions);
  add(&Plan::rules);
  add(&Plan::slow_fsyncs);
  add(&Plan::read_failures);
  add(&Plan::channel_delays);
  add(&Plan::rare_strikes);
  return smaller;
}

TEST(ShrinkTest, LeavesAFewEventsEachOfWhichIsNeeded) {
  std::vector<uint64_t> decisive;
  for (const auto& [mutant, seed] : kCases) {
    SCOPED_TRACE(mutant);
    const std::optional<Failure> failure = WriteDown(mutant, seed);
    ASSERT_TRUE(failure.has_value());
    const Property property = failure->run.violation->property;
    EXPECT_EQ(PropertyName(property), FindMutant(mutant)->property);
    Scenario start = failure->scenario;
    start.name = mutant;
    const absl::StatusOr<Shrunk> shrunk =
        ShrinkFailure(start, property, "# Where it comes from.\n", {});
    ASSERT_TRUE(shrunk.ok()) << shrunk.status();
    decisive.push_back(shrunk->decisive);
    EXPECT_LE(shrunk->decisive, 12u) << shrunk->text;

    const absl::StatusOr<Scenario> read = ParseScenario("f", shrunk->text);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_TRUE(RunScenario(*read).met()) << shrunk->text;
    EXPECT_FALSE(RunCalmly(WithoutMutant(*read)).violation.has_value());
    for (const Scenario& smaller : SmallerOnes(*read)) {
      EXPECT_FALSE(Breaks(smaller, property) && IsWithinBudget(smaller.plan) &&
                   !RunCalmly(WithoutMutant(smaller)).violation.has_value())
          << shrunk->text;
    }
  }
  std::sort(decisive.begin(), decisive.end());
  EXPECT_LE(decisive[decisive.size() / 2], 6u);
}

// Close to the run that was watched: what broke there breaks in most of them.
TEST(ShrinkTest, ARunWrittenDownBreaksWhatTheRunBroke) {
  int failures = 0;
  int same = 0;
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    const std::optional<Failure> failure = WriteDown("keyed_by_id", seed);
    if (!failure.has_value()) continue;
    ++failures;
    if (Breaks(failure->scenario, failure->run.violation->property)) ++same;
  }
  EXPECT_GE(failures, 5);
  EXPECT_GE(same * 10, failures * 8) << same << " of " << failures;
}

TEST(ShrinkTest, WhatHoldsIsNotShrunk) {
  EXPECT_FALSE(WriteDown("", 1).has_value());
  const absl::StatusOr<Scenario> scenario =
      ParseScenario("f", "name: \"calm\" nodes: 4 expect {}");
  ASSERT_TRUE(scenario.ok());
  EXPECT_EQ(
      ShrinkFailure(*scenario, Property::kTotality, "", {}).status().code(),
      absl::StatusCode::kFailedPrecondition);
}

TEST(ShrinkTest, InterruptedItHasTheBestSoFar) {
  const std::optional<Failure> failure = WriteDown("not_fifo", 3);
  ASSERT_TRUE(failure.has_value());
  Scenario start = failure->scenario;
  start.name = "cut";
  const Property property = failure->run.violation->property;
  const uint64_t before = CountDecisive(start.plan);
  ShrinkLimits limits;
  limits.runs = 30;
  const absl::StatusOr<Shrunk> shrunk =
      ShrinkFailure(start, property, "", limits);
  ASSERT_TRUE(shrunk.ok()) << shrunk.status();
  EXPECT_LE(shrunk->runs, 30u);
  EXPECT_LT(shrunk->decisive, before);
  EXPECT_TRUE(Breaks(shrunk->scenario, property));
}

}  // namespace
}  // namespace distdb::sim

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  distdb::sim::InstallThrowingCheckHandler();
  return RUN_ALL_TESTS();
}
