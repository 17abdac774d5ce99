// How fast the world turns: events per second of real time, and virtual seconds
// per real one, with the hash and all checkers on.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "sim/calm_plan.h"
#include "sim/check_handler.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

void Report(benchmark::State& state, uint64_t events, uint64_t virtual_ns) {
  state.SetItemsProcessed(static_cast<int64_t>(events));
  state.counters["events_per_run"] = benchmark::Counter(
      static_cast<double>(events), benchmark::Counter::kAvgIterations);
  state.counters["virtual_s_per_s"] = benchmark::Counter(
      static_cast<double>(virtual_ns) / 1e9, benchmark::Counter::kIsRate);
}

// Seeds as `fuzz` runs them.
void BM_Seeds(benchmark::State& state) {
  InstallThrowingCheckHandler();
  Shape shape;
  shape.nodes = static_cast<int>(state.range(0));
  uint64_t seed = 1;
  uint64_t events = 0;
  uint64_t virtual_ns = 0;
  for (auto _ : state) {
    const RunResult result = RunSeed(seed++, shape);
    events += result.events;
    virtual_ns += static_cast<uint64_t>(result.end.value());
  }
  Report(state, events, virtual_ns);
}
BENCHMARK(BM_Seeds)->Arg(4)->Arg(7)->Unit(benchmark::kMicrosecond);

// A calm cluster with 16 writes at drawn nodes.
void BM_CalmRun(benchmark::State& state) {
  InstallThrowingCheckHandler();
  Plan plan = CalmPlan(4);
  plan.config.mode = state.range(0) == 0 ? Mode::kBracha : Mode::kBroadcast;
  plan.heal_at = Time(100 * kMillisecond);
  plan.final_writes = false;
  for (uint64_t i = 0; i < 16; ++i) {
    Write write;
    write.mutations.push_back(
        {MutationKind::kPut, absl::StrCat("k", i), "value"});
    const NodeId node(static_cast<uint32_t>(i % 4));
    plan.actions.push_back(
        {{.at = Time(static_cast<int64_t>(i + 1) * kMillisecond), .after = {}},
         Ask{.node = node,
             .request = RequestId(i + 1),
             .command = std::move(write)}});
  }
  uint64_t seed = 1;
  uint64_t events = 0;
  uint64_t virtual_ns = 0;
  for (auto _ : state) {
    SeedDriver driver(seed++);
    const RunResult result = RunPlan(plan, &driver);
    events += result.events;
    virtual_ns += static_cast<uint64_t>(result.end.value());
  }
  Report(state, events, virtual_ns);
}
BENCHMARK(BM_CalmRun)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace distdb::sim
