// Integrity: an honest node delivers each instance at most once, in the order
// of its origin's stream and without a gap; and from an honest origin only what
// that origin proposed.
//
//   ∀ p ∈ Honest, o: the k-th delivery of p from o has seq k, also over
//     restarts, where what was delivered comes back from the records
//   ∀ p ∈ Honest, o ∈ Honest, s:
//     delivered[p][(o, s)] ∈ {⊥, proposed[o][s]}

#ifndef DISTDB_SIM_CHECKERS_INTEGRITY_H_
#define DISTDB_SIM_CHECKERS_INTEGRITY_H_

#include "sim/checkers/checker.h"
#include "sim/checkers/progress.h"
#include "sim/checkers/proposals.h"

namespace distdb::sim {

class Integrity : public Checker {
 public:
  Integrity(const Population& population, Verdict* verdict)
      : Checker(population, verdict, kInRecords | kInDeliveries),
        delivered_(population.nodes),
        proposals_(population.nodes) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;

 private:
  void CheckDelivery(Time at, NodeId node, const Delivery& delivery);

  Progress delivered_;
  Proposals proposals_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_INTEGRITY_H_
