// A run does not depend on the function behind its digests: with the SHA-256 of
// real nodes it is the same one, event by event, as with the stand-in. A
// function that gives two values one digest, or one value two, is noticed.

#include <cstdint>
#include <string>

#include "core/digest.h"
#include "gtest/gtest.h"
#include "net/codec/sha256.h"
#include "sim/check_handler.h"
#include "sim/run.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

constexpr uint64_t kSeeds = 200;

class DigesterTest : public ::testing::Test {
 protected:
  void SetUp() override { InstallThrowingCheckHandler(); }
};

RunResult RunWith(const Digester& digester, uint64_t seed) {
  Plan plan = PlanOfSeed(seed, Shape());
  plan.config.digester = &digester;
  SeedDriver driver(seed);
  return RunPlan(plan, &driver);
}

// The first seed whose run is not the one with the stand-in; 0 if all are.
uint64_t FirstThatDiffers(const Digester& digester) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RunResult run = RunWith(digester, seed);
    if (run.hash != RunSeed(seed, Shape()).hash) return seed;
  }
  return 0;
}

TEST_F(DigesterTest, Sha256AndTheStandInGiveTheSameRuns) {
  const Sha256Digester sha256;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RunResult real = RunWith(sha256, seed);
    const RunResult simulated = RunSeed(seed, Shape());
    EXPECT_EQ(real.hash, simulated.hash) << "seed " << seed;
    EXPECT_EQ(real.events, simulated.events) << "seed " << seed;
    EXPECT_FALSE(real.violation.has_value()) << "seed " << seed;
  }
}

// Two payloads of one instance have one digest.
class BlindDigester final : public StandInDigester {
 public:
  Digest Compute(const InstanceId& id, absl::string_view) const override {
    return StandInDigester::Compute(id, "");
  }
};

TEST_F(DigesterTest, OneThatDoesNotLookAtThePayloadIsNoticed) {
  const BlindDigester blind;
  EXPECT_GT(FirstThatDiffers(blind), 0u);
  uint64_t seed = 1;
  while (seed <= kSeeds && !RunWith(blind, seed).violation.has_value()) ++seed;
  EXPECT_LE(seed, kSeeds) << "no checker has noticed";
}

// One payload in two instances has one digest.
class FreeDigester final : public StandInDigester {
 public:
  Digest Compute(const InstanceId&, absl::string_view payload) const override {
    return StandInDigester::Compute(InstanceId(), payload);
  }
};

TEST_F(DigesterTest, OneThatDoesNotLookAtTheInstanceIsNoticed) {
  EXPECT_GT(FirstThatDiffers(FreeDigester()), 0u);
}

// What is computed a second time is another digest.
class FickleDigester final : public StandInDigester {
 public:
  Digest Compute(const InstanceId& id,
                 absl::string_view payload) const override {
    Digest digest = StandInDigester::Compute(id, payload);
    digest.bytes[0] = static_cast<uint8_t>(digest.bytes[0] + ++calls_ % 2);
    return digest;
  }

 private:
  mutable uint64_t calls_ = 0;
};

TEST_F(DigesterTest, OneThatChangesItsMindIsNoticed) {
  EXPECT_GT(FirstThatDiffers(FickleDigester()), 0u);
}

}  // namespace
}  // namespace distdb::sim
