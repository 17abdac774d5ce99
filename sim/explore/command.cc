#include "sim/explore/command.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "sim/explore/explorer.h"
#include "sim/explore/options.h"
#include "sim/explore/scenario_writer.h"
#include "sim/interrupt.h"

namespace distdb::sim::explore {
namespace {

const char* Name(int value) { return value == 0 ? "a" : "b"; }

// What a step made a node do, beyond counting.
std::string Consequences(const LocalState& before, const LocalState& after) {
  std::string text;
  if (after.echoed != before.echoed && after.echoed != kNoValue) {
    absl::StrAppend(&text, ", echoes ", Name(after.echoed));
  }
  if (after.readied != before.readied && after.readied != kNoValue) {
    absl::StrAppend(&text, ", readies ", Name(after.readied));
  }
  if (after.decided != before.decided && after.decided != kNoValue) {
    absl::StrAppend(&text, ", delivers ", Name(after.decided));
  }
  return text;
}

void PrintRun(const Exploration& result) {
  std::array<LocalState, kModelNodesMax> nodes;
  int number = 0;
  for (const Step& step : result.run) {
    LocalState& node = nodes[step.node.value()];
    std::printf("%4d  %s%s\n", ++number,
                Describe(step.node, step.input).c_str(),
                Consequences(node, step.after).c_str());
    node = step.after;
  }
  std::printf("      after which %s does not hold\n", result.violated.c_str());
}

// More would not fit into the memory of a common machine while tables grow.
constexpr size_t kBytesMax = size_t{6} << 30;

// Shows how far it is, where a person looks; says whether to go on.
class Watch {
 public:
  explicit Watch(int seconds_max)
      : seconds_max_(seconds_max),
        is_terminal_(isatty(STDERR_FILENO) == 1),
        start_(Clock::now()) {}

  bool GoOn(const Exploration& so_far) const {
    if (is_terminal_) {
      std::fprintf(stderr, "\rdepth %d, %llu states, %zu MiB  ", so_far.depth,
                   static_cast<unsigned long long>(so_far.states),
                   so_far.bytes >> 20);
    }
    if (so_far.bytes >= kBytesMax || IsInterrupted()) return false;
    return seconds_max_ == 0 ||
           Clock::now() - start_ < std::chrono::seconds(seconds_max_);
  }

  void End() const {
    if (is_terminal_) std::fprintf(stderr, "\r\033[K");
  }

 private:
  using Clock = std::chrono::steady_clock;

  const int seconds_max_;
  const bool is_terminal_;
  const Clock::time_point start_;
};

// False, with a line on standard error, where that cannot be done.
bool WriteRun(const Model& model, const Exploration& result,
              const std::string& mutant, const std::string& path) {
  const absl::StatusOr<std::string> scenario = WriteScenario(
      model, result, std::filesystem::path(path).stem().string(), mutant);
  if (!scenario.ok()) {
    std::fprintf(stderr, "sim explore: --out=%s: %s\n", path.c_str(),
                 std::string(scenario.status().message()).c_str());
    return false;
  }
  std::ofstream file(path);
  file << *scenario;
  file.close();
  if (file.good()) return true;
  std::fprintf(stderr, "sim explore: --out=%s: cannot be written\n",
               path.c_str());
  return false;
}

}  // namespace

int ExploreCommand(absl::Span<const std::string> arguments) {
  const absl::StatusOr<Options> options = ParseOptions(arguments);
  if (!options.ok()) {
    std::fprintf(stderr, "sim explore: %s\n",
                 std::string(options.status().message()).c_str());
    return 2;
  }
  CatchInterrupts();
  const Watch watch(options->seconds_max);
  Explorer explorer(options->model);
  const Exploration result = explorer.Run(
      options->states_max,
      [&watch](const Exploration& so_far) { return watch.GoOn(so_far); });
  watch.End();
  std::fprintf(stderr, "sim explore: %zu states of one node, %zu MiB\n",
               result.local_states, result.bytes >> 20);
  if (!result.violated.empty()) {
    PrintRun(result);
    if (!options->out.empty() &&
        !WriteRun(options->model, result, options->mutant, options->out)) {
      return 2;
    }
  }
  const bool is_known = result.complete || !result.violated.empty();
  if (!is_known) {
    std::fprintf(
        stderr,
        "sim explore: not finished: --max_states, --time, an interrupt or the "
        "memory (%zu GiB) came first; --symmetry needs fewer states\n",
        kBytesMax >> 30);
  }
  const std::string violated = !is_known                 ? "unknown"
                               : result.violated.empty() ? "none"
                                                         : result.violated;
  std::printf("states=%llu transitions=%llu depth=%d violated=%s\n",
              static_cast<unsigned long long>(result.states),
              static_cast<unsigned long long>(result.transitions), result.depth,
              violated.c_str());
  return result.complete ? 0 : 1;
}

}  // namespace distdb::sim::explore
