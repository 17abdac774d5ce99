#include "sim/scenario/replay.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "sim/narration/lanes.h"
#include "sim/narration/transcript.h"
#include "sim/run_hash.h"
#include "sim/scenario/parse.h"
#include "sim/scenario/run.h"

namespace distdb::sim {
namespace {

// What is longer is no scenario; ParseScenario says so.
constexpr size_t kFileBytesMax = 2 * 1024 * 1024;

// The chained hash after each step: where two runs part, it shows.
class HashTrail : public Observer {
 public:
  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override {
    hash_.OnStep(at, node, event, effects);
    trail_.push_back(hash_.Prefix());
  }
  void OnStart(Time at, NodeId node,
               absl::Span<const Record> records) override {
    hash_.OnStart(at, node, records);
  }
  void OnCrash(Time at, NodeId node, Token lost_from) override {
    hash_.OnCrash(at, node, lost_from);
  }

  const std::vector<uint64_t>& trail() const { return trail_; }

 private:
  RunHash hash_;
  std::vector<uint64_t> trail_;
};

// The number of the first step that differs between two runs, from 1.
std::optional<uint64_t> FirstDifference(const Scenario& scenario) {
  HashTrail first;
  HashTrail second;
  Observer* const firsts[] = {&first};
  Observer* const seconds[] = {&second};
  RunScenario(scenario, firsts);
  RunScenario(scenario, seconds);
  const std::vector<uint64_t>& a = first.trail();
  const std::vector<uint64_t>& b = second.trail();
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i] != b[i]) return i + 1;
  }
  if (a.size() == b.size()) return std::nullopt;
  return std::min(a.size(), b.size()) + 1;
}

void Run(const ReplayOptions& options, const Scenario& scenario,
         ReplayOutput& output) {
  Lanes lanes({.nodes = scenario.plan.nodes(),
               .liars = scenario.plan.liars,
               .width = options.width,
               .color = options.color},
              ValueNames(scenario.values));
  std::vector<Observer*> observers;
  if (options.lanes) observers.push_back(&lanes);
  ScenarioResult result = RunScenario(scenario, observers);
  std::string word = ResultWord(result.run);
  if (options.check) {
    const std::optional<uint64_t> differs = FirstDifference(scenario);
    if (differs.has_value()) {
      word = absl::StrCat("violated:", PropertyName(Property::kNondeterminism));
      result.missed.push_back(
          absl::StrCat("two runs differ, first at event ", *differs));
    }
  }
  if (options.transcript) {
    absl::StrAppend(&output.out, TellScenario(scenario), "\n");
  }
  if (options.lanes) absl::StrAppend(&output.out, lanes.Text(), "\n");
  if (result.run.violation.has_value()) {
    absl::StrAppend(&output.out, result.run.violation->what, "\n");
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
  Run(options, *scenario, output);
  return output;
}

}  // namespace distdb::sim
