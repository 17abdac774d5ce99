#include "sim/replay.h"

#include <cinttypes>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "sim/checkers/describe.h"
#include "sim/describe_plan.h"
#include "sim/hash_trail.h"
#include "sim/interrupt.h"
#include "sim/narration/terminal.h"
#include "sim/narration/views.h"
#include "sim/run.h"
#include "sim/trace/trace_writer.h"
#include "sim/trace/write_trace.h"

namespace distdb::sim {
namespace {

void Print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string DescribeViolation(const Violation& violation) {
  std::string text =
      absl::StrCat("violated: ", PropertyName(violation.property), " at ",
                   DescribeTime(violation.at.value()));
  if (!violation.nodes.empty()) {
    absl::StrAppend(&text, ", nodes ", Describe(violation.nodes));
  }
  if (violation.instance.has_value()) {
    absl::StrAppend(&text, ", instance ", Describe(*violation.instance));
  }
  return absl::StrCat(text, "\n", violation.what, "\n");
}

// What the viewer's page tells of the run.
PageAbout AboutRun(const Flags& flags, const Plan& plan,
                   const RunResult& result) {
  const std::string seed = absl::StrCat(*flags.seed);
  return {.title = absl::StrCat("seed ", seed),
          .command = absl::StrCat("./bazelw run //sim -- replay --seed=", seed,
                                  ShapeFlags(flags.shape)),
          .about = absl::StrSplit(DescribePlan(plan), '\n', absl::SkipEmpty()),
          .result = ResultWord(result),
          .violation = result.violation,
          .focus = {}};
}

}  // namespace

int ReplaySeed(const Flags& flags) {
  const uint64_t seed = *flags.seed;
  const Plan plan = PlanOfSeed(seed, flags.shape);
  if (!flags.trace.empty() && !CanTrace(plan)) {
    std::fprintf(stderr,
                 "sim: --trace: seed %" PRIu64
                 " is of mode broadcast, which votes on nothing, or fills a "
                 "disk; add --mode=bracha, or take another seed\n",
                 seed);
    return 2;
  }
  Print(DescribePlan(plan));
  Views views(flags.views, LookAtTerminal(), &plan, ValueNames());
  std::optional<TraceWriter> trace;
  if (!flags.trace.empty()) trace.emplace(plan, absl::StrCat("seed ", seed));
  HashTrail first;
  std::vector<Observer*> watching = views.observers();
  if (trace.has_value()) watching.push_back(&*trace);
  if (flags.check) watching.push_back(&first);
  RunResult result = RunSeed(seed, flags.shape, watching);
  if (trace.has_value()) {
    const absl::Status written = WriteTrace(trace->Text(), flags.trace);
    if (!written.ok()) {
      std::fprintf(stderr, "sim: %s\n", std::string(written.message()).c_str());
      return 2;
    }
  }
  if (const absl::Status written =
          views.WriteFiles(AboutRun(flags, plan, result));
      !written.ok()) {
    std::fprintf(stderr, "sim: %s\n", std::string(written.message()).c_str());
    return 2;
  }
  Print(views.TranscriptText());
  Print(views.LanesText());
  if (flags.check) {
    HashTrail second(&first);
    Observer* const again[] = {&second};
    RunSeed(seed, flags.shape, again);
    if (const auto difference = second.Difference()) {
      result.violation = {.property = Property::kNondeterminism,
                          .at = result.end,
                          .nodes = {},
                          .instance = {},
                          .what = *difference};
    } else {
      Print("checked: a second run was the same, event by event\n");
    }
  }
  if (result.violation.has_value()) {
    Print(DescribeViolation(*result.violation));
  }
  Print(absl::StrCat("seed=", seed, " events=", result.events, " hash=",
                     result.hash, " result=", ResultWord(result), "\n"));
  return result.violation.has_value() ? 1 : 0;
}

int PrintHashes(const Flags& flags) {
  CatchInterrupts();
  for (uint64_t i = 0; i < *flags.seeds; ++i) {
    if (IsInterrupted()) {
      std::fprintf(stderr,
                   "sim: hashes: interrupted after %" PRIu64 " of %" PRIu64
                   " seeds\n",
                   i, *flags.seeds);
      return 1;
    }
    const uint64_t seed = flags.first_seed + i;
    const RunResult result = RunSeed(seed, flags.shape);
    Print(absl::StrCat(seed, " ", result.hash, "\n"));
  }
  return 0;
}

}  // namespace distdb::sim
