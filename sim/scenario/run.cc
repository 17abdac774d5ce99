#include "sim/scenario/run.h"

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/quorum.h"
#include "sim/choice.h"
#include "sim/mutants/registry.h"
#include "sim/narration/phrases.h"
#include "sim/narration/transcript.h"
#include "sim/scenario/outcome.h"

namespace distdb::sim {
namespace {

std::string Cluster(const Scenario& scenario) {
  const Plan& plan = scenario.plan;
  std::string text = absl::StrCat(plan.nodes(), " nodes, ");
  if (plan.config.mode == Mode::kBroadcast) {
    text += "broadcast";
  } else {
    absl::StatusOr<Quorums> quorums =
        ComputeQuorums(plan.nodes(), plan.config.quorum_policy);
    DISTDB_CHECK(quorums.ok(), "a scenario's cluster is possible");
    const bool safe = plan.config.quorum_policy == QuorumPolicy::kSafe;
    absl::StrAppend(&text, "bracha with ", safe ? "safe" : "n - 2f",
                    " quorums: ECHO ", quorums->echo, ", READY ",
                    quorums->ready, " and ", quorums->deliver);
  }
  if (!scenario.mutant.empty()) {
    absl::StrAppend(&text, "; wrong: ", FindMutant(scenario.mutant)->what);
  }
  if (!plan.liars.empty()) {
    absl::StrAppend(&text, "; ", NodeNames(plan.liars),
                    plan.liars.size() == 1 ? " lies" : " lie");
  }
  return text;
}

// Plants the scenario's bug, and then again what was planted before.
class Planted {
 public:
  explicit Planted(const std::string& mutant) : before_(PlantedMutant()) {
    if (!mutant.empty()) PlantMutant(mutant);
  }
  ~Planted() { PlantMutant(before_); }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;

 private:
  const std::string before_;
};

}  // namespace

RunResult RunCalmly(const Scenario& scenario,
                    absl::Span<Observer* const> observers) {
  const Planted planted(scenario.mutant);
  // A tape without an answer is calm.
  const Tape calm;
  TapeDriver driver(&calm);
  return RunPlan(scenario.plan, &driver, observers);
}

ScenarioResult RunScenario(const Scenario& scenario,
                           absl::Span<Observer* const> observers) {
  Outcome outcome(scenario.plan.nodes());
  std::vector<Observer*> all = {&outcome};
  all.insert(all.end(), observers.begin(), observers.end());
  ScenarioResult result;
  result.run = RunCalmly(scenario, all);
  result.missed = outcome.Missed(scenario, result.run.violation);
  return result;
}

std::string TellScenario(const Scenario& scenario, const Focus& focus) {
  Transcript transcript(&scenario.plan, ValueNames(scenario.values),
                        kTranscriptLinesMax, focus);
  Observer* const observers[] = {&transcript};
  const ScenarioResult result = RunScenario(scenario, observers);
  std::string text =
      absl::StrCat(scenario.name, ": ", scenario.intent, "\n",
                   Cluster(scenario), "\n\n", transcript.Text(), "\n");
  if (result.run.violation.has_value()) {
    absl::StrAppend(&text, result.run.violation->what, "\n");
  }
  for (const std::string& missed : result.missed) {
    absl::StrAppend(&text, "MISSED: ", missed, "\n");
  }
  absl::StrAppend(&text, "result=", ResultWord(result.run),
                  " expected=", result.met() ? "met" : "missed", "\n");
  return text;
}

}  // namespace distdb::sim
