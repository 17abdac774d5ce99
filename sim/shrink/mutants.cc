// The table of `mutants --shrink`.

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/interrupt.h"
#include "sim/mutants/registry.h"
#include "sim/shrink/command.h"
#include "sim/shrink/result.h"
#include "sim/shrink/shrink.h"

namespace distdb::sim {
namespace {

constexpr uint64_t kSeedsDefault = 10'000;
// Per mutant; then what is best so far is it.
constexpr double kCoreSecondsMax = 60;

double CoreSecondsSince(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

struct Found {
  uint64_t seed = 0;
  uint64_t events = 0;
  Shrunk shrunk;
};

// The first seed in which the mutant's property is the first to break, also
// when everything that happens is said outright.
std::optional<Found> FindAndShrink(const MutantInfo& mutant,
                                   const Flags& flags) {
  Shape shape = flags.shape;
  shape.mutant = std::string(mutant.name);
  const uint64_t seeds_max = flags.seeds.value_or(kSeedsDefault);
  for (uint64_t i = 0; i < seeds_max && !IsInterrupted(); ++i) {
    const uint64_t seed = flags.first_seed + i;
    PlantMutant(mutant.name);
    std::optional<Failure> failure = WriteDownSeed(seed, shape);
    PlantMutant("");
    if (!failure.has_value()) continue;
    const Property property = failure->run.violation->property;
    if (PropertyName(property) != mutant.property) continue;
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
    if (!shrunk.ok()) continue;
    return Found{seed, failure->run.events, *std::move(shrunk)};
  }
  return std::nullopt;
}

bool WriteScenarioFile(const std::string& directory, const MutantInfo& mutant,
                       const std::string& text) {
  const std::string path =
      absl::StrCat(directory, "/", mutant.name, ".textproto");
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) {
    std::fprintf(stderr,
                 "sim: mutants: --out=%s: %s cannot be written; give a folder "
                 "that exists\n",
                 directory.c_str(), path.c_str());
  }
  return static_cast<bool>(file);
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
    std::printf("mutant=%s property=%s", std::string(mutant.name).c_str(),
                std::string(mutant.property).c_str());
    if (found.has_value()) {
      decisive.push_back(found->shrunk.decisive);
      std::printf(" seed=%" PRIu64 " events=%" PRIu64 " decisive=%" PRIu64,
                  found->seed, found->events, found->shrunk.decisive);
      if (!flags.out.empty() &&
          !WriteScenarioFile(flags.out, mutant, found->shrunk.text)) {
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
