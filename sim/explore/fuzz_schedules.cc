#include "sim/explore/fuzz_schedules.h"

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/explore/options.h"
#include "sim/explore/walk_trace.h"
#include "sim/explore/walks.h"
#include "sim/interrupt.h"
#include "sim/shape.h"
#include "sim/trace/write_trace.h"

namespace distdb::sim::explore {
namespace {

using Clock = std::chrono::steady_clock;

// Without --seeds the time alone ends it.
constexpr uint64_t kEndless = uint64_t{1} << 48;
// How often the clock is asked.
constexpr uint64_t kSchedulesPerLook = 1024;

absl::StatusOr<Options> OptionsOf(const Shape& shape) {
  std::vector<std::string> arguments = {
      "--symmetry",
      absl::StrCat("--quorum_policy=", QuorumPolicyName(shape.quorum_policy))};
  if (shape.nodes) arguments.push_back(absl::StrCat("--nodes=", *shape.nodes));
  if (!shape.mutant.empty()) {
    arguments.push_back(absl::StrCat("--mutant=", shape.mutant));
  }
  return ParseOptions(arguments);
}

class Fuzzing {
 public:
  Fuzzing(const Flags& flags, const Model& model)
      : flags_(flags),
        model_(model),
        walks_(model, flags.guide == "states"),
        results_(flags.traces == kTraceStream ? stderr : stdout) {}

  int Run() {
    std::fprintf(results_, "%12s %12s\n", "schedules", "states");
    const uint64_t seeds_max = flags_.seeds.value_or(kEndless);
    CatchInterrupts();
    while (seeds_ < seeds_max && violated_.empty() && !IsLate() &&
           !IsInterrupted()) {
      if (!RunOne(flags_.first_seed + seeds_)) return 2;
      ++seeds_;
      if (seeds_ != next_line_) continue;
      PrintStates();
      next_line_ *= 10;
    }
    if (seeds_ != next_line_ / 10) PrintStates();
    PrintEnd();
    return violated_.empty() ? 0 : 1;
  }

 private:
  double Seconds() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }

  bool IsLate() const {
    return flags_.time && seeds_ % kSchedulesPerLook == 0 &&
           Seconds() * kSecond >= static_cast<double>(*flags_.time);
  }

  // False, with a line on standard error, where its trace cannot be written.
  bool RunOne(uint64_t seed) {
    const Walk walk = walks_.Take(seed);
    steps_ += walk.steps.size();
    violated_ = walk.violated;
    if (flags_.traces.empty()) return true;
    const absl::Status written =
        WriteTrace(TraceOf(model_, flags_.shape.quorum_policy, walk,
                           absl::StrCat("schedule ", seed)),
                   flags_.traces);
    if (written.ok()) return true;
    std::fprintf(stderr, "sim: %s\n", std::string(written.message()).c_str());
    return false;
  }

  void PrintStates() const {
    std::fprintf(results_, "%12" PRIu64 " %12" PRIu64 "\n", seeds_,
                 walks_.states());
    std::fflush(results_);
  }

  void PrintEnd() const {
    if (!violated_.empty()) {
      // A guided schedule depends on those before it.
      std::fprintf(results_,
                   "FAIL seed=%" PRIu64
                   " property=%s replay: ./bazelw run //sim -- fuzz "
                   "--guide=%s --first_seed=%" PRIu64 " --seeds=%" PRIu64
                   "%s\n",
                   flags_.first_seed + seeds_ - 1, violated_.c_str(),
                   flags_.guide.c_str(), flags_.first_seed, seeds_,
                   ShapeFlags(flags_.shape).c_str());
    }
    std::fprintf(results_,
                 "seeds=%" PRIu64 " failed=%d events=%" PRIu64
                 " events_per_second=%" PRIu64 "\n",
                 seeds_, violated_.empty() ? 0 : 1, steps_,
                 static_cast<uint64_t>(static_cast<double>(steps_) /
                                       std::max(Seconds(), 0.001)));
  }

  const Flags& flags_;
  const Model model_;
  Walks walks_;
  std::FILE* const results_;
  const Clock::time_point start_ = Clock::now();
  uint64_t seeds_ = 0;
  uint64_t steps_ = 0;
  uint64_t next_line_ = 1000;
  std::string violated_;
};

}  // namespace

int FuzzSchedules(const Flags& flags) {
  const absl::StatusOr<Options> options = OptionsOf(flags.shape);
  if (!options.ok()) {
    std::fprintf(stderr, "sim: fuzz --guide: %s\n",
                 std::string(options.status().message()).c_str());
    return 2;
  }
  return Fuzzing(flags, options->model).Run();
}

}  // namespace distdb::sim::explore
