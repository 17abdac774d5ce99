#include "sim/shrink/result.h"

#include "absl/strings/str_cat.h"
#include "sim/mutants/registry.h"
#include "sim/scenario/parse.h"
#include "sim/scenario/run.h"
#include "sim/scenario/write.h"
#include "sim/shrink/edit.h"
#include "sim/shrink/shrink.h"
#include "sim/shrink/trial.h"

namespace distdb::sim {
namespace {

// What it shows, in one line.
std::string IntentOf(const Scenario& scenario, const Violation& violation) {
  const MutantInfo* mutant = FindMutant(scenario.mutant);
  return absl::StrCat(
      mutant == nullptr ? std::string() : absl::StrCat(mutant->what, ": "),
      violation.what);
}

}  // namespace

absl::StatusOr<Shrunk> ShrinkFailure(const Scenario& scenario,
                                     Property property,
                                     const std::string& comment,
                                     const ShrinkLimits& limits) {
  Shrunk shrunk{.scenario = scenario};
  Scenario& best = shrunk.scenario;
  best.expect = Expectations();
  best.expect.violated = property;
  Trial trial(property, limits.runs, limits.may_go_on);
  if (!trial.Begin(best)) {
    return absl::FailedPreconditionError(
        absl::StrCat(PropertyName(property),
                     " does not break where everything that happened is said "
                     "outright"));
  }
  Shrink(best, trial, limits.tell);
  const RunResult run = RunCalmly(best);
  if (scenario.intent.empty()) best.intent = IntentOf(best, *run.violation);
  shrunk.text = absl::StrCat(comment, WriteScenario(best));
  shrunk.decisive = CountDecisive(best.plan);
  shrunk.runs = trial.runs();
  const absl::StatusOr<Scenario> again = ParseScenario("shrunk", shrunk.text);
  if (!again.ok()) return again.status();
  if (RunCalmly(*again).hash != run.hash) {
    return absl::InternalError("the file's run is not the one that was found");
  }
  return shrunk;
}

}  // namespace distdb::sim
