// What an event of a long run allocates, once the run is warm.

#include <cstdint>

#include "core/testing/allocation_counter.h"
#include "gtest/gtest.h"
#include "sim/run.h"
#include "sim/writes_plan.h"

namespace distdb::sim {
namespace {

using ::distdb::testing::AllocationCount;

struct Cost {
  uint64_t events = 0;
  uint64_t allocations = 0;
};

Cost CostOf(uint64_t writes) {
  const Plan plan = WritesPlan(writes, kMillisecond);
  SeedDriver driver(1);
  const uint64_t before = AllocationCount();
  const RunResult result = RunPlan(plan, &driver);
  EXPECT_FALSE(result.violation.has_value());
  return {.events = result.events, .allocations = AllocationCount() - before};
}

// A broadcast allocates: its request, its batch, its payload, what the stores,
// the checkers and the table of digests keep. The forty events that carry it
// allocate nothing, so there is less than one allocation for two events.
TEST(AllocationTest, TwoEventsAllocateLessThanOnce) {
  const Cost shorter = CostOf(1000);
  const Cost longer = CostOf(2000);
  const uint64_t events = longer.events - shorter.events;
  const uint64_t allocations = longer.allocations - shorter.allocations;
  EXPECT_GT(events, 30'000u);
  EXPECT_LT(2 * allocations, events)
      << allocations << " allocations in " << events << " events";
}

}  // namespace
}  // namespace distdb::sim
