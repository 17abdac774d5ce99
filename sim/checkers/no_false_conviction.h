// NoFalseConviction: evidence convicts only liars.
//
//   ∀ p ∈ Honest: a Fault that p reports names a node ∉ Honest
//
// Whatever the network, the disk and crashes did to an honest node, nothing it
// says can be held against it.

#ifndef DISTDB_SIM_CHECKERS_NO_FALSE_CONVICTION_H_
#define DISTDB_SIM_CHECKERS_NO_FALSE_CONVICTION_H_

#include "sim/checkers/checker.h"

namespace distdb::sim {

class NoFalseConviction : public Checker {
 public:
  NoFalseConviction(const Population& population, Verdict* verdict)
      : Checker(population, verdict, kInFaults) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_NO_FALSE_CONVICTION_H_
