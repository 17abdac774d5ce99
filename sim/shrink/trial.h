// Trial: whether a scenario still shows what is to be shown.
//
// It does if its run breaks the property first of all; and, where the failure
// at hand is the fault of a planted bug or of unsafe quorums, if the same run
// without that holds everything.

#ifndef DISTDB_SIM_SHRINK_TRIAL_H_
#define DISTDB_SIM_SHRINK_TRIAL_H_

#include <cstdint>
#include <functional>

#include "sim/checkers/verdict.h"
#include "sim/run.h"
#include "sim/scenario/scenario.h"

namespace distdb::sim {

class Trial {
 public:
  // `may_go_on` is asked before each run; once it says no, nothing shows
  // anything any more.
  Trial(Property property, uint64_t runs_max, std::function<bool()> may_go_on);

  // Whether the scenario breaks the property. If it blames a planted bug or
  // unsafe quorums, looks whether it holds without, and from now on demands
  // that if it does; and demands that no more nodes fail than the cluster
  // survives, unless more of them do here.
  bool Begin(const Scenario& scenario);

  // Whether this one shows the same. After Begin.
  bool Shows(const Scenario& scenario);

  bool is_exhausted() const { return exhausted_; }
  uint64_t runs() const { return runs_; }
  Property property() const { return property_; }
  // Whether the planted bug, or the unsafe quorums, are what is to blame.
  bool has_control() const { return has_control_; }

 private:
  bool Breaks(const Scenario& scenario);
  bool HoldsWithoutBlame(const Scenario& scenario);
  bool Run(const Scenario& scenario, RunResult& result);

  const Property property_;
  const uint64_t runs_max_;
  const std::function<bool()> may_go_on_;
  uint64_t runs_ = 0;
  bool exhausted_ = false;
  bool has_control_ = false;
  bool keeps_budget_ = false;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SHRINK_TRIAL_H_
