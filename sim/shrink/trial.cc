#include "sim/shrink/trial.h"

#include <utility>

#include "sim/scenario/run.h"
#include "sim/shrink/edit.h"

namespace distdb::sim {
namespace {

bool HasBlame(const Scenario& scenario) {
  return !scenario.mutant.empty() ||
         scenario.plan.config.quorum_policy != QuorumPolicy::kSafe;
}

}  // namespace

Trial::Trial(Property property, uint64_t runs_max,
             std::function<bool()> may_go_on)
    : property_(property),
      runs_max_(runs_max),
      may_go_on_(std::move(may_go_on)) {}

bool Trial::Run(const Scenario& scenario, RunResult& result) {
  exhausted_ = exhausted_ || runs_ >= runs_max_ || !may_go_on_();
  if (exhausted_) return false;
  ++runs_;
  result = RunCalmly(scenario);
  return true;
}

bool Trial::Breaks(const Scenario& scenario) {
  RunResult result;
  return Run(scenario, result) && result.violation.has_value() &&
         result.violation->property == property_;
}

bool Trial::HoldsWithoutBlame(const Scenario& scenario) {
  Scenario control = scenario;
  control.mutant.clear();
  control.plan.config.quorum_policy = QuorumPolicy::kSafe;
  RunResult result;
  return Run(control, result) && !result.violation.has_value();
}

bool Trial::Begin(const Scenario& scenario) {
  keeps_budget_ = IsWithinBudget(scenario.plan);
  if (!Breaks(scenario)) return false;
  has_control_ = HasBlame(scenario) && HoldsWithoutBlame(scenario);
  return true;
}

bool Trial::Shows(const Scenario& scenario) {
  if (keeps_budget_ && !IsWithinBudget(scenario.plan)) return false;
  if (!Breaks(scenario)) return false;
  return !has_control_ || HoldsWithoutBlame(scenario);
}

}  // namespace distdb::sim
