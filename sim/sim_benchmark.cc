// How fast the world turns: events per second of real time, runs per second,
// virtual seconds per real one, and how much of that is the hash.
//
//   bazel run --config=opt //sim:sim_benchmark
//
// Every run has the hash and all checkers that its mode claims, as in `fuzz`,
// and is built and torn down within what is measured. Figures are of one core.

#include <cstdint>
#include <ctime>

#include "benchmark/benchmark.h"
#include "sim/check_handler.h"
#include "sim/checkers/suite.h"
#include "sim/run.h"
#include "sim/run_hash.h"
#include "sim/world.h"
#include "sim/writes_plan.h"

namespace distdb::sim {
namespace {

enum class Hash { kOff, kOn };

struct Outcome {
  uint64_t events = 0;
  Time end;
  bool held = false;
};

// What RunPlan does, with or without the hash.
Outcome Play(const Plan& plan, uint64_t seed, Hash hashed) {
  SeedDriver driver(seed);
  Chooser chooser(&driver);
  Verdict verdict;
  World world(plan, &chooser, &verdict);
  RunHash hash;
  if (hashed == Hash::kOn) world.AddObserver(&hash);
  CheckerSuite checkers(plan, &world, &verdict);
  world.Run();
  benchmark::DoNotOptimize(hash.Prefix());
  return {.events = world.events(),
          .end = world.now(),
          .held = !verdict.violation().has_value()};
}

// One long run: what an event costs, once everything is warm.
Plan LongPlan() { return WritesPlan(2048, kMillisecond / 2); }

// 16 broadcasts: what a run costs.
Plan SixteenPlan() { return WritesPlan(16, kMillisecond); }

void Report(benchmark::State& state, uint64_t events, uint64_t virtual_ns) {
  using benchmark::Counter;
  state.counters["events/s"] =
      Counter(static_cast<double>(events), Counter::kIsRate);
  state.counters["events/seed"] =
      Counter(static_cast<double>(events), Counter::kAvgIterations);
  state.counters["seeds/s"] = Counter(1, Counter::kIsIterationInvariantRate);
  state.counters["virtual:real"] =
      Counter(static_cast<double>(virtual_ns) / 1e9, Counter::kIsRate);
}

void PlayAgainAndAgain(benchmark::State& state, const Plan& plan) {
  InstallThrowingCheckHandler();
  uint64_t seed = 1;
  uint64_t events = 0;
  uint64_t virtual_ns = 0;
  for (auto _ : state) {
    const Outcome outcome = Play(plan, seed++, Hash::kOn);
    if (!outcome.held) state.SkipWithError("a run did not hold");
    events += outcome.events;
    virtual_ns += static_cast<uint64_t>(outcome.end.value());
  }
  Report(state, events, virtual_ns);
}

void BM_LongRun(benchmark::State& state) {
  PlayAgainAndAgain(state, LongPlan());
}
BENCHMARK(BM_LongRun)->Unit(benchmark::kMillisecond);

void BM_SixteenBroadcasts(benchmark::State& state) {
  PlayAgainAndAgain(state, SixteenPlan());
}
BENCHMARK(BM_SixteenBroadcasts)->Unit(benchmark::kMicrosecond);

// Seeds as `fuzz` runs them: drawn, of one size or (0) of all.
void BM_DrawnSeeds(benchmark::State& state) {
  InstallThrowingCheckHandler();
  Shape shape;
  if (state.range(0) > 0) shape.nodes = static_cast<int>(state.range(0));
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
BENCHMARK(BM_DrawnSeeds)
    ->ArgName("nodes")
    ->Arg(0)
    ->Arg(4)
    ->Arg(7)
    ->Unit(benchmark::kMicrosecond);

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) / 1e9;
}

// The same runs in turn with and without the hash.
template <typename PlanOf>
void MeasureHash(benchmark::State& state, PlanOf plan_of) {
  InstallThrowingCheckHandler();
  uint64_t seed = 1;
  double with = 0;
  double without = 0;
  for (auto _ : state) {
    const Plan plan = plan_of(seed);
    const double begin = CpuSeconds();
    Play(plan, seed, Hash::kOff);
    const double middle = CpuSeconds();
    Play(plan, seed, Hash::kOn);
    with += CpuSeconds() - middle;
    without += middle - begin;
    ++seed;
  }
  state.counters["hash_percent"] = 100 * (with - without) / with;
}

void BM_HashOfLongRun(benchmark::State& state) {
  const Plan plan = LongPlan();
  MeasureHash(state, [&](uint64_t) { return plan; });
}
BENCHMARK(BM_HashOfLongRun)->Unit(benchmark::kMillisecond);

void BM_HashOfDrawnSeeds(benchmark::State& state) {
  MeasureHash(state, [](uint64_t seed) { return PlanOfSeed(seed, Shape()); });
}
BENCHMARK(BM_HashOfDrawnSeeds)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace distdb::sim
