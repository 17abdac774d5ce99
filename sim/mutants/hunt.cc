#include "sim/mutants/hunt.h"

#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>

#include "core/check.h"
#include "sim/checkers/verdict.h"
#include "sim/interrupt.h"
#include "sim/mutants/registry.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

constexpr uint64_t kSeedsDefault = 10'000;

Property PropertyOf(const MutantInfo& mutant) {
  for (const Property property : kAllProperties) {
    if (PropertyName(property) == mutant.property) return property;
  }
  DISTDB_CHECK(false, "a mutant declares a property that is checked");
  return Property::kCrash;
}

// Returns whether it was found. Interrupted, it tells how far it came.
bool Hunt(const MutantInfo& mutant, const Flags& flags) {
  PlantMutant(mutant.name);
  const Property property = PropertyOf(mutant);
  const uint64_t seeds_max = flags.seeds.value_or(kSeedsDefault);
  const std::clock_t start = std::clock();
  uint64_t seeds = 0;
  bool found = false;
  while (!found && seeds < seeds_max && !IsInterrupted()) {
    const RunResult result =
        RunSeedFor(property, flags.first_seed + seeds, flags.shape);
    found = result.violation.has_value();
    ++seeds;
  }
  const double seconds =
      static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf(
      "mutant=%s property=%s seeds=%" PRIu64 " core_seconds=%.2f found=%s\n",
      std::string(mutant.name).c_str(), std::string(mutant.property).c_str(),
      seeds, seconds, found ? "yes" : "no");
  std::fflush(stdout);
  return found;
}

}  // namespace

int HuntMutants(const Flags& flags) {
  if (AllMutants().empty()) {
    std::fprintf(stderr, "sim: mutants: %s\n", MutantNames().c_str());
    return 2;
  }
  CatchInterrupts();
  int hunted = 0;
  int found = 0;
  for (const MutantInfo& mutant : AllMutants()) {
    if (IsInterrupted()) break;
    if (!flags.shape.mutant.empty() && flags.shape.mutant != mutant.name) {
      continue;
    }
    ++hunted;
    if (Hunt(mutant, flags)) ++found;
  }
  if (IsInterrupted()) {
    std::fprintf(stderr,
                 "sim: mutants: interrupted: the last one was not "
                 "looked for to the end\n");
  }
  std::printf("mutants=%d found=%d\n", hunted, found);
  return found == hunted ? 0 : 1;
}

}  // namespace distdb::sim
