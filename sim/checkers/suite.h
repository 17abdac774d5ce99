// CheckerSuite: the checkers of one run, chosen by what its mode claims.
//
// Their order decides what a run is convicted of that breaks several properties
// in the end: Totality before Validity before Convergence before Liveness.

#ifndef DISTDB_SIM_CHECKERS_SUITE_H_
#define DISTDB_SIM_CHECKERS_SUITE_H_

#include <memory>
#include <vector>

#include "sim/checkers/checker.h"
#include "sim/checkers/verdict.h"
#include "sim/plan.h"
#include "sim/world.h"

namespace distdb::sim {

class CheckerSuite {
 public:
  // `verdict` is not owned and outlives the suite.
  CheckerSuite(const Plan& plan, Verdict* verdict);

  // Hands all checkers to `world`, which they look at; it outlives no use of
  // this suite. Called before World::Run.
  void AddTo(World& world);

 private:
  const Plan* plan_;
  Verdict* verdict_;
  std::vector<std::unique_ptr<Checker>> checkers_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_SUITE_H_
