// sim: replays and fuzzes the simulated world. See `sim help` and README.md.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sim/check_handler.h"
#include "sim/explore/command.h"
#include "sim/explore/fuzz_schedules.h"
#include "sim/explore/options.h"
#include "sim/flags.h"
#include "sim/fuzz.h"
#include "sim/mutants/hunt.h"
#include "sim/mutants/registry.h"
#include "sim/narration/terminal.h"
#include "sim/recording/command.h"
#include "sim/replay.h"
#include "sim/scenario/replay.h"
#include "sim/shrink/command.h"

namespace distdb::sim {
namespace {

constexpr int kBadUsage = 2;

int Refuse(absl::string_view why) {
  std::fprintf(stderr, "sim: %s\n", std::string(why).c_str());
  return kBadUsage;
}

int ReplayFile(const Flags& flags) {
  const ReplayOutput output = ReplayScenario({.path = flags.files[0],
                                              .views = flags.views,
                                              .terminal = LookAtTerminal(),
                                              .check = flags.check,
                                              .trace = flags.trace});
  std::fwrite(output.err.data(), 1, output.err.size(), stderr);
  std::fwrite(output.out.data(), 1, output.out.size(), stdout);
  return output.exit_code;
}

// Paths are relative to where the command was typed, also under `bazel run`.
void GoToWorkingDirectory() {
  const char* directory = std::getenv("BUILD_WORKING_DIRECTORY");
  if (directory != nullptr && chdir(directory) != 0) {
    std::fprintf(stderr, "sim: %s: cannot go there\n", directory);
  }
}

int Main(const std::vector<std::string>& arguments) {
  GoToWorkingDirectory();
  if (!arguments.empty() && arguments[0] == "explore") {
    return explore::ExploreCommand(absl::MakeConstSpan(arguments).subspan(1));
  }
  const absl::StatusOr<Flags> flags = ParseFlags(arguments);
  if (!flags.ok()) return Refuse(flags.status().message());
  InstallThrowingCheckHandler();
  PlantMutant(flags->shape.mutant);
  if (flags->command == "mutants") {
    return flags->shrink ? ShrinkMutants(*flags) : HuntMutants(*flags);
  }
  if (flags->command == "shrink") return ShrinkCommand(*flags);
  if (!flags->guide.empty()) return explore::FuzzSchedules(*flags);
  if (flags->command == "fuzz") return Fuzz(*flags);
  if (flags->command == "hashes") return PrintHashes(*flags);
  if (flags->command == "help") {
    std::printf("%s%s", std::string(Usage()).c_str(),
                std::string(explore::OptionsUsage()).c_str());
    return 0;
  }
  if (!flags->files.empty()) return ReplayFile(*flags);
  if (!flags->recording.empty()) return ReplayRecording(*flags);
  return ReplaySeed(*flags);
}

}  // namespace
}  // namespace distdb::sim

int main(int argc, char** argv) {
  return distdb::sim::Main(std::vector<std::string>(argv + 1, argv + argc));
}
