// Convergence: in the end all correct replicas hold the same store, entry by
// entry, versions and tombstones included.
//
//   ◇ ∀ p, q ∈ Correct: store[p] = store[q]
//
// It looks once, at the end of the run, and only where the watermarks are
// equal: if they are not, that is Totality's or Validity's to say.

#ifndef DISTDB_SIM_CHECKERS_CONVERGENCE_H_
#define DISTDB_SIM_CHECKERS_CONVERGENCE_H_

#include <functional>
#include <utility>

#include "core/replica.h"
#include "sim/checkers/checker.h"

namespace distdb::sim {

class Convergence : public Checker {
 public:
  // Null for a node that is down.
  using FindReplica = std::function<const Replica*(NodeId)>;

  Convergence(const Population& population, Verdict* verdict,
              FindReplica find_replica)
      : Checker(population, verdict, kInNothing),
        find_replica_(std::move(find_replica)) {}

  void Finish(Time at) override;

 private:
  FindReplica find_replica_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_CONVERGENCE_H_
