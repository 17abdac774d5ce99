// What an event of a long run allocates, once the run is warm.

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/testing/allocation_counter.h"
#include "gtest/gtest.h"
#include "sim/calm_plan.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

using ::distdb::testing::AllocationCount;

// Four nodes and so many writes, all of the same few keys.
Plan WritesPlan(uint64_t writes) {
  Plan plan = CalmPlan(4);
  plan.config.window = 16;
  plan.network.jitter = kMillisecond;
  plan.final_writes = false;
  for (uint64_t i = 0; i < writes; ++i) {
    Write write;
    write.mutations.push_back(
        {MutationKind::kPut, absl::StrCat("k", i % 8), "value"});
    const auto at = static_cast<Duration>(i + 1) * kMillisecond;
    plan.actions.push_back({{.at = Time(at), .after = {}},
                            Ask{.node = NodeId(i % 4),
                                .request = RequestId(i + 1),
                                .command = std::move(write)}});
  }
  plan.heal_at = Time(static_cast<Duration>(writes + 1) * kMillisecond);
  return plan;
}

struct Cost {
  uint64_t events = 0;
  uint64_t allocations = 0;
};

Cost CostOf(uint64_t writes) {
  const Plan plan = WritesPlan(writes);
  SeedDriver driver(1);
  const uint64_t before = AllocationCount();
  const RunResult result = RunPlan(plan, &driver);
  EXPECT_FALSE(result.violation.has_value());
  return {.events = result.events, .allocations = AllocationCount() - before};
}

// A broadcast allocates: its request, its batch, its payload, what the stores,
// the checkers and the table of digests keep. The forty events that carry it
// allocate nothing, so there is less than one allocation per event.
TEST(AllocationTest, AnEventAllocatesLessThanOnce) {
  const Cost shorter = CostOf(1000);
  const Cost longer = CostOf(2000);
  const uint64_t events = longer.events - shorter.events;
  const uint64_t allocations = longer.allocations - shorter.allocations;
  EXPECT_GT(events, 30'000u);
  EXPECT_LT(allocations, events) << events << " events";
}

}  // namespace
}  // namespace distdb::sim
