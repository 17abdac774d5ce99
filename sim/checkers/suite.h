// CheckerSuite: the checkers of one run, chosen by what its mode claims.
//
// Their order decides what a run is convicted of that breaks several properties
// in the end: Totality before Validity before Convergence before Liveness.

#ifndef DISTDB_SIM_CHECKERS_SUITE_H_
#define DISTDB_SIM_CHECKERS_SUITE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/checkers/checker.h"
#include "sim/checkers/liveness.h"
#include "sim/checkers/verdict.h"
#include "sim/plan.h"
#include "sim/world.h"

namespace distdb::sim {

class CheckerSuite {
 public:
  // Makes the checkers and hands them to `world`, before World::Run. The plan,
  // `world` and `verdict` are not owned; the suite outlives the run.
  CheckerSuite(const Plan& plan, World* world, Verdict* verdict);

  // Writes that the correct nodes had a reason to refuse for good.
  uint64_t excused() const {
    return liveness_ == nullptr ? 0 : liveness_->excused();
  }

 private:
  std::vector<std::unique_ptr<Checker>> checkers_;
  const Liveness* liveness_ = nullptr;  // Of checkers_, where it is claimed.
  std::unique_ptr<StateChecker> memory_bound_;
  std::unique_ptr<StateChecker> window_respected_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_SUITE_H_
