#include "sim/scenario/replay.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "sim/describe_plan.h"
#include "sim/explain/needed.h"
#include "sim/explain/testimony.h"
#include "sim/hash_trail.h"
#include "sim/narration/value_names.h"
#include "sim/narration/views.h"
#include "sim/scenario/parse.h"
#include "sim/scenario/run.h"
#include "sim/trace/trace_writer.h"
#include "sim/trace/write_trace.h"

namespace distdb::sim {
namespace {

// What is longer is no scenario; ParseScenario says so.
constexpr size_t kFileBytesMax = 2 * 1024 * 1024;

// The first event that differs between two runs, or nothing.
std::optional<std::string> FirstDifference(const Scenario& scenario) {
  HashTrail first;
  Observer* const watching[] = {&first};
  RunScenario(scenario, watching);
  HashTrail second(&first);
  Observer* const again[] = {&second};
  RunScenario(scenario, again);
  return second.Difference();
}

// What the viewer's page tells of the run.
PageAbout AboutRun(const ReplayOptions& options, const Scenario& scenario,
                   const RunResult& run) {
  PageAbout about = {
      .title = scenario.name,
      .command = absl::StrCat("./bazelw run //sim -- replay ", options.path),
      .about =
          absl::StrSplit(DescribePlan(scenario.plan), '\n', absl::SkipEmpty()),
      .result = ResultWord(run),
      .violation = run.violation,
      .focus = {}};
  about.about.insert(about.about.begin(), scenario.intent);
  return about;
}

void Refuse(absl::string_view why, ReplayOutput& output) {
  output.err = absl::StrCat("sim: ", why, "\n");
  output.exit_code = 2;
}

void Run(const ReplayOptions& options, const Scenario& scenario,
         ReplayOutput& output) {
  // The transcript has a frame of its own here.
  ViewFlags flags = options.views;
  flags.transcript = false;
  Views views(flags, options.terminal, &scenario.plan,
              ValueNames(scenario.values));
  std::vector<Observer*> observers = views.observers();
  std::optional<TraceWriter> trace;
  if (!options.trace.empty()) {
    trace.emplace(scenario.plan, scenario.name);
    observers.push_back(&*trace);
  }
  Testimony testimony(&scenario.plan, ValueNames(scenario.values));
  observers.push_back(&testimony);
  ScenarioResult result = RunScenario(scenario, observers);
  if (trace.has_value()) {
    const absl::Status written = WriteTrace(trace->Text(), options.trace);
    if (!written.ok()) return Refuse(written.message(), output);
  }
  if (const absl::Status written =
          views.WriteFiles(AboutRun(options, scenario, result.run));
      !written.ok()) {
    return Refuse(written.message(), output);
  }
  std::string word = ResultWord(result.run);
  if (options.check) {
    const std::optional<std::string> difference = FirstDifference(scenario);
    if (difference.has_value()) {
      word = absl::StrCat("violated:", PropertyName(Property::kNondeterminism));
      result.missed.push_back(*difference);
    }
  }
  if (options.views.transcript) {
    absl::StrAppend(&output.out, TellScenario(scenario, options.views.focus),
                    "\n");
  }
  if (options.views.lanes) {
    absl::StrAppend(&output.out, views.LanesText(), "\n");
  }
  if (result.run.violation.has_value()) {
    const Violation& violation = *result.run.violation;
    absl::StrAppend(
        &output.out, violation.what, ".\n", testimony.Explain(violation),
        TellNeeded(
            scenario, violation.property,
            absl::StrCat("./bazelw run //sim -- shrink ", options.path)));
  }
  for (const std::string& missed : result.missed) {
    absl::StrAppend(&output.err, "missed: ", missed, "\n");
  }
  absl::StrAppend(&output.out, "scenario=", scenario.name,
                  " events=", result.run.events, " hash=", result.run.hash,
                  " result=", word,
                  " expected=", result.met() ? "met" : "missed", "\n");
  output.exit_code = result.met() ? 0 : 1;
}

}  // namespace

absl::StatusOr<Scenario> LoadScenario(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "rb"), &std::fclose);
  const auto fail = [&path] {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  };
  if (file == nullptr) return fail();
  std::string text;
  char chunk[4096];
  while (text.size() <= kFileBytesMax) {
    const size_t bytes = std::fread(chunk, 1, sizeof(chunk), file.get());
    if (bytes == 0) break;
    text.append(chunk, bytes);
  }
  if (std::ferror(file.get()) != 0) return fail();
  return ParseScenario(path, text);
}

ReplayOutput ReplayScenario(const ReplayOptions& options) {
  ReplayOutput output;
  const absl::StatusOr<Scenario> scenario = LoadScenario(options.path);
  if (!scenario.ok()) {
    output.err = absl::StrCat(scenario.status().message(), "\n");
    output.exit_code = 2;
    return output;
  }
  if (!options.trace.empty() && !CanTrace(scenario->plan)) {
    Refuse(absl::StrCat("--trace: ", options.path,
                        " is of mode broadcast, which votes on nothing"),
           output);
    return output;
  }
  Run(options, *scenario, output);
  return output;
}

}  // namespace distdb::sim
