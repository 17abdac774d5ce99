#include "sim/shrink/command.h"

#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "sim/interrupt.h"
#include "sim/mutants/registry.h"
#include "sim/narration/lanes.h"
#include "sim/narration/terminal.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/run.h"
#include "sim/shrink/result.h"
#include "sim/shrink/shrink.h"
#include "sim/write_file.h"

namespace distdb::sim {
namespace {

constexpr int kBadInput = 2;

int Refuse(absl::string_view why) {
  std::fprintf(stderr, "sim: shrink: %s\n", std::string(why).c_str());
  return kBadInput;
}

// What is to be shrunk, and whence it comes.
struct Source {
  Scenario scenario;
  RunResult run;
  std::string flags;  // As `shrink` would be given it.
};

// Rewrites its line on a terminal; elsewhere a line where something went.
class Progress {
 public:
  void Tell(const std::string& part, size_t decisive) {
    const bool is_terminal = isatty(STDERR_FILENO) != 0;
    if (!is_terminal && decisive == last_) return;
    last_ = decisive;
    std::fprintf(stderr,
                 is_terminal ? "\r\x1b[K%s%zu decisive events (%s)%s"
                             : "%s%zu decisive events (%s)%s",
                 is_terminal ? "" : "sim: shrink: ", decisive, part.c_str(),
                 is_terminal ? "" : "\n");
    is_open_ = is_terminal;
  }
  ~Progress() {
    if (is_open_) std::fprintf(stderr, "\r\x1b[K");
  }

 private:
  bool is_open_ = false;
  size_t last_ = 0;
};

// 0, or an exit code.
int LoadSource(const Flags& flags, Source& source) {
  if (flags.files.empty()) {
    std::optional<Failure> failure = WriteDownSeed(*flags.seed, flags.shape);
    PlantMutant("");
    if (!failure.has_value()) {
      std::fprintf(stderr,
                   "sim: shrink: seed %" PRIu64
                   " holds all properties: there is nothing to shrink\n",
                   *flags.seed);
      return 1;
    }
    source.scenario = std::move(failure->scenario);
    source.scenario.name = flags.shape.mutant.empty()
                               ? absl::StrCat("seed_", *flags.seed)
                               : flags.shape.mutant;
    source.run = failure->run;
    source.flags =
        absl::StrCat("--seed=", *flags.seed, ShapeFlags(flags.shape));
    return 0;
  }
  PlantMutant("");
  absl::StatusOr<Scenario> scenario = LoadScenario(flags.files[0]);
  if (!scenario.ok()) {
    std::fprintf(stderr, "%s\n",
                 std::string(scenario.status().message()).c_str());
    return kBadInput;
  }
  source.scenario = *std::move(scenario);
  if (!flags.shape.mutant.empty()) source.scenario.mutant = flags.shape.mutant;
  source.run = RunCalmly(source.scenario);
  source.flags = absl::StrCat(
      flags.files[0], flags.shape.mutant.empty()
                          ? ""
                          : absl::StrCat(" --mutant=", flags.shape.mutant));
  if (!source.run.violation.has_value()) {
    std::fprintf(stderr,
                 "sim: shrink: %s holds all properties: there is nothing to "
                 "shrink\n",
                 flags.files[0].c_str());
    return 1;
  }
  return 0;
}

double CoreSecondsSince(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

std::string CommentOf(const Source& source) {
  return absl::StrCat("# Shrunk by\n#   ./bazelw run //sim -- shrink ",
                      source.flags, "\n# from a run of ", source.run.events,
                      " events.\n");
}

std::string DrawLanes(const Scenario& scenario) {
  const Terminal terminal = LookAtTerminal();
  Lanes lanes({.nodes = scenario.plan.nodes(),
               .liars = scenario.plan.liars,
               .width = terminal.width,
               .color = terminal.color},
              ValueNames(scenario.values));
  Observer* const observers[] = {&lanes};
  RunCalmly(scenario, observers);
  return lanes.Text();
}

}  // namespace

int ShrinkCommand(const Flags& flags) {
  CatchInterrupts();
  const std::clock_t start = std::clock();
  Source source;
  if (const int code = LoadSource(flags, source); code != 0) return code;
  if (!flags.out.empty()) {
    source.scenario.name = std::filesystem::path(flags.out).stem().string();
  }
  const Property property = source.run.violation->property;
  Progress progress;
  ShrinkLimits limits;
  limits.may_go_on = [] { return !IsInterrupted(); };
  limits.tell = [&](const std::string& part, size_t decisive) {
    progress.Tell(part, decisive);
  };
  const absl::StatusOr<Shrunk> shrunk =
      ShrinkFailure(source.scenario, property, CommentOf(source), limits);
  if (!shrunk.ok()) {
    std::fprintf(stderr, "sim: shrink: %s\n",
                 std::string(shrunk.status().message()).c_str());
    return 1;
  }
  if (!flags.out.empty()) {
    const absl::Status written = WriteFile(shrunk->text, flags.out);
    if (!written.ok()) return Refuse(written.message());
  }
  std::printf(
      "%s\n%s\n%s\nproperty=%s events=%" PRIu64 " decisive=%" PRIu64
      " runs=%" PRIu64 " core_seconds=%.2f replay: ./bazelw run //sim -- %s\n",
      shrunk->text.c_str(), DrawLanes(shrunk->scenario).c_str(),
      RunCalmly(shrunk->scenario).violation->what.c_str(),
      std::string(PropertyName(property)).c_str(), source.run.events,
      shrunk->decisive, shrunk->runs, CoreSecondsSince(start),
      flags.out.empty()
          ? absl::StrCat("shrink ", source.flags,
                         " --out=FILE.textproto && ./bazelw run //sim -- "
                         "replay FILE.textproto")
                .c_str()
          : absl::StrCat("replay ", flags.out).c_str());
  return 0;
}

}  // namespace distdb::sim
