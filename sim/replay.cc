#include "sim/replay.h"

#include <cinttypes>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"
#include "sim/describe_plan.h"
#include "sim/hash_trail.h"
#include "sim/run.h"

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

}  // namespace

int ReplaySeed(const Flags& flags, absl::Span<Observer* const> observers) {
  const uint64_t seed = *flags.seed;
  Print(DescribePlan(PlanOfSeed(seed, flags.shape)));
  HashTrail first;
  std::vector<Observer*> watching(observers.begin(), observers.end());
  if (flags.check) watching.push_back(&first);
  RunResult result = RunSeed(seed, flags.shape, watching);
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
  std::string verdict = "held";
  if (result.violation.has_value()) {
    Print(DescribeViolation(*result.violation));
    verdict =
        absl::StrCat("violated:", PropertyName(result.violation->property));
  }
  Print(absl::StrCat("seed=", seed, " events=", result.events,
                     " hash=", result.hash, " result=", verdict, "\n"));
  return result.violation.has_value() ? 1 : 0;
}

int PrintHashes(const Flags& flags) {
  for (uint64_t i = 0; i < *flags.seeds; ++i) {
    const uint64_t seed = flags.first_seed + i;
    const RunResult result = RunSeed(seed, flags.shape);
    Print(absl::StrCat(seed, " ", result.hash, "\n"));
  }
  return 0;
}

}  // namespace distdb::sim
