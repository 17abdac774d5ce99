// Whole runs: determinism, and what a small fuzz must and must not find.

#include "sim/run.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "sim/check_handler.h"

namespace distdb::sim {
namespace {

class RunTest : public ::testing::Test {
 protected:
  void SetUp() override { InstallThrowingCheckHandler(); }
};

TEST_F(RunTest, OneSeedIsOneRun) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const RunResult first = RunSeed(seed, Shape());
    const RunResult second = RunSeed(seed, Shape());
    EXPECT_EQ(first.hash, second.hash);
    EXPECT_EQ(first.events, second.events);
  }
}

TEST_F(RunTest, TheWireChangesNothing) {
  Shape wire;
  wire.wire = true;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    EXPECT_EQ(RunSeed(seed, wire).hash, RunSeed(seed, Shape()).hash);
  }
}

TEST_F(RunTest, DifferentSeedsAreDifferentRuns) {
  std::set<std::string> hashes;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    hashes.insert(RunSeed(seed, Shape()).hash);
  }
  EXPECT_EQ(hashes.size(), 50u);
}

TEST_F(RunTest, ATapeReplaysTheRunThatRecordedIt) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const Plan plan = PlanOfSeed(seed, Shape());
    SeedDriver driver(seed);
    Tape tape;
    const RunResult recorded = RunPlan(plan, &driver, {}, &tape);
    EXPECT_EQ(recorded.hash, RunSeed(seed, Shape()).hash);
    TapeDriver replaying(&tape);
    EXPECT_EQ(RunPlan(plan, &replaying).hash, recorded.hash);
    EXPECT_EQ(replaying.missing(), 0u);
  }
}

TEST_F(RunTest, AnEmptyTapeIsACalmRun) {
  const Tape empty;
  TapeDriver driver(&empty);
  const RunResult result = RunPlan(PlanOfSeed(3, Shape()), &driver);
  EXPECT_FALSE(result.violation.has_value()) << result.violation->what;
  EXPECT_GT(driver.missing(), 0u);
}

TEST_F(RunTest, TheSafePolicyHoldsForEverySeed) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    const RunResult result = RunSeed(seed, Shape());
    EXPECT_FALSE(result.violation.has_value())
        << "seed " << seed << ": " << PropertyName(result.violation->property)
        << ": " << result.violation->what;
  }
}

// The first seed from 1 on that breaks `property`, and after how many events.
std::optional<uint64_t> FindViolation(const Shape& shape, Property property,
                                      uint64_t seeds) {
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    const RunResult result = RunSeed(seed, shape);
    if (result.violation.has_value() &&
        result.violation->property == property) {
      return seed;
    }
  }
  return std::nullopt;
}

void ExpectFoundAndRefuted(int nodes, Property property, uint64_t seeds) {
  Shape shape;
  shape.mode = Mode::kBracha;
  shape.nodes = nodes;
  shape.quorum_policy = QuorumPolicy::kNMinus2F;
  const std::optional<uint64_t> seed = FindViolation(shape, property, seeds);
  ASSERT_TRUE(seed.has_value());
  EXPECT_EQ(RunSeed(*seed, shape).hash, RunSeed(*seed, shape).hash);
  shape.quorum_policy = QuorumPolicy::kSafe;
  EXPECT_FALSE(RunSeed(*seed, shape).violation.has_value());
}

TEST_F(RunTest, TheUnsafePolicyLosesTotalityWithFourNodes) {
  ExpectFoundAndRefuted(4, Property::kTotality, 500);
}

TEST_F(RunTest, TheUnsafePolicyLosesAgreementWithFiveNodes) {
  ExpectFoundAndRefuted(5, Property::kAgreement, 1500);
}

// With as many liars as a cluster survives nothing breaks; with one more,
// stores do.
TEST_F(RunTest, OneLiarMoreThanTheToleranceBreaksAgreement) {
  for (const int nodes : {4, 5, 7, 10}) {
    Shape shape;
    shape.mode = Mode::kBracha;
    shape.nodes = nodes;
    shape.liars_above_f = 1;
    EXPECT_TRUE(FindViolation(shape, Property::kAgreement, 100).has_value())
        << nodes << " nodes";
  }
}

TEST_F(RunTest, AsManyLiarsAsTheToleranceBreakNothing) {
  Shape shape;
  shape.liars_above_f = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    const RunResult result = RunSeed(seed, shape);
    EXPECT_FALSE(result.violation.has_value())
        << "seed " << seed << ": " << PropertyName(result.violation->property)
        << ": " << result.violation->what;
  }
}

TEST_F(RunTest, ClustersOfEverySizeRun) {
  for (const int nodes : {1, 2, 3, 10, 13}) {
    Shape shape;
    shape.nodes = nodes;
    for (uint64_t seed = 1; seed <= 8; ++seed) {
      const RunResult result = RunSeed(seed, shape);
      EXPECT_FALSE(result.violation.has_value())
          << nodes << " nodes, seed " << seed << ": " << result.violation->what;
    }
  }
}

}  // namespace
}  // namespace distdb::sim
