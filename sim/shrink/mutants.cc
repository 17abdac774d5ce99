// The table of `mutants --shrink`.

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/interrupt.h"
#include "sim/mutants/registry.h"
#include "sim/shrink/command.h"
#include "sim/shrink/result.h"
#include "sim/shrink/shrink.h"
#include "sim/write_file.h"

namespace distdb::sim {
namespace {

constexpr uint64_t kSeedsDefault = 4'000;
// Per mutant; then what is best so far is it.
constexpr double kCoreSecondsMax = 60;

double CoreSecondsSince(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

struct Found {
  Property property = Property::kCrash;
  uint64_t seed = 0;
  uint64_t events = 0;
  Shrunk shrunk;
};

// Nothing if the seed does not break `property`, also where everything that
// happens is said outright.
std::optional<Found> ShrinkSeed(const MutantInfo& mutant, uint64_t seed,
                                const Shape& shape, Property property) {
  PlantMutant(mutant.name);
  std::optional<Failure> failure = WriteDownSeed(seed, shape);
  PlantMutant("");
  if (!failure.has_value()) return std::nullopt;
  const std::clock_t start = std::clock();
  ShrinkLimits limits;
  limits.may_go_on = [&] {
    return !IsInterrupted() && CoreSecondsSince(start) < kCoreSecondsMax;
  };
  failure->scenario.name = std::string(mutant.name);
  absl::StatusOr<Shrunk> shrunk = ShrinkFailure(
      failure->scenario, property,
      absl::StrCat("# Shrunk by\n#   ./bazelw run //sim -- shrink --seed=",
                   seed, ShapeFlags(shape), "\n# from a run of ",
                   failure->run.events, " events.\n"),
      limits);
  if (!shrunk.ok()) return std::nullopt;
  return Found{property, seed, failure->run.events, *std::move(shrunk)};
}

// The first seed in which the mutant's property is the first to break. If there
// is none, the first one in which anything breaks.
std::optional<Found> FindAndShrink(const MutantInfo& mutant,
                                   const Flags& flags) {
  Shape shape = flags.shape;
  shape.mutant = std::string(mutant.name);
  const uint64_t seeds_max = flags.seeds.value_or(kSeedsDefault);
  std::vector<std::pair<uint64_t, Property>> others;
  for (uint64_t i = 0; i < seeds_max && !IsInterrupted(); ++i) {
    const uint64_t seed = flags.first_seed + i;
    PlantMutant(mutant.name);
    const RunResult run = RunSeed(seed, shape);
    PlantMutant("");
    if (!run.violation.has_value()) continue;
    const Property property = run.violation->property;
    if (PropertyName(property) != mutant.property) {
      others.emplace_back(seed, property);
      continue;
    }
    std::optional<Found> found = ShrinkSeed(mutant, seed, shape, property);
    if (found.has_value()) return found;
  }
  for (const auto& [seed, property] : others) {
    if (IsInterrupted()) break;
    std::optional<Found> found = ShrinkSeed(mutant, seed, shape, property);
    if (found.has_value()) return found;
  }
  return std::nullopt;
}

}  // namespace

int ShrinkMutants(const Flags& flags) {
  if (AllMutants().empty()) {
    std::fprintf(stderr, "sim: mutants: %s\n", MutantNames().c_str());
    return 2;
  }
  CatchInterrupts();
  size_t tried = 0;
  std::vector<uint64_t> decisive;
  for (const MutantInfo& mutant : AllMutants()) {
    if (IsInterrupted()) break;
    if (!flags.shape.mutant.empty() && flags.shape.mutant != mutant.name) {
      continue;
    }
    ++tried;
    const std::clock_t start = std::clock();
    const std::optional<Found> found = FindAndShrink(mutant, flags);
    const absl::string_view property =
        found.has_value() ? PropertyName(found->property) : mutant.property;
    std::printf("mutant=%s property=%s", std::string(mutant.name).c_str(),
                std::string(property).c_str());
    if (found.has_value()) {
      decisive.push_back(found->shrunk.decisive);
      std::printf(" seed=%" PRIu64 " events=%" PRIu64 " decisive=%" PRIu64,
                  found->seed, found->events, found->shrunk.decisive);
      const absl::Status written =
          flags.out.empty()
              ? absl::OkStatus()
              : WriteFile(
                    found->shrunk.text,
                    absl::StrCat(flags.out, "/", mutant.name, ".textproto"));
      if (!written.ok()) {
        std::fprintf(stderr, "sim: mutants: --out: %s\n",
                     std::string(written.message()).c_str());
        return 2;
      }
    }
    std::printf(" core_seconds=%.2f shrunk=%s\n", CoreSecondsSince(start),
                found.has_value() ? "yes" : "no");
    std::fflush(stdout);
  }
  std::sort(decisive.begin(), decisive.end());
  std::printf("mutants=%zu shrunk=%zu", tried, decisive.size());
  if (!decisive.empty()) {
    std::printf(" median=%" PRIu64 " max=%" PRIu64,
                decisive[decisive.size() / 2], decisive.back());
  }
  std::printf("\n");
  return decisive.size() == tried ? 0 : 1;
}

}  // namespace distdb::sim
