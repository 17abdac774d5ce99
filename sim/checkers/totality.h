// Totality: if one honest node delivers an instance, all correct ones do.
//
//   ∀ i: (∃ p ∈ Honest: delivered[p][i] ≠ ⊥)
//          ⇒ ◇ ∀ q ∈ Correct: delivered[q][i] ≠ ⊥
//
// Honest includes the nodes that died: what one of them delivered before its
// death stood on 2f+1 READYs, at least f+1 of them from nodes that are correct.

#ifndef DISTDB_SIM_CHECKERS_TOTALITY_H_
#define DISTDB_SIM_CHECKERS_TOTALITY_H_

#include "sim/checkers/checker.h"
#include "sim/checkers/progress.h"

namespace distdb::sim {

class Totality : public Checker {
 public:
  Totality(const Population& population, Verdict* verdict)
      : Checker(population, verdict, kInDeliveries),
        delivered_(population.nodes) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  bool IsSettled() const override;
  void Finish(Time at) override;

 private:
  Progress delivered_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_TOTALITY_H_
