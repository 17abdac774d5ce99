// Validity: what a correct origin proposed, and every write that was answered
// OK, is delivered by all correct nodes.
//
//   ∀ o ∈ Correct, s: proposed[o][s] ≠ ⊥
//     ⇒ ◇ ∀ q ∈ Correct: delivered[q][(o, s)] ≠ ⊥
//   ∀ o ∈ Honest, s: a reply OK carried the token (o, s)
//     ⇒ ◇ ∀ q ∈ Correct: delivered[q][(o, s)] ≠ ⊥
//
// "Proposed" means: its record is durable at the origin. (That it is delivered
// as it was proposed is Integrity.)

#ifndef DISTDB_SIM_CHECKERS_VALIDITY_H_
#define DISTDB_SIM_CHECKERS_VALIDITY_H_

#include <vector>

#include "sim/checkers/checker.h"
#include "sim/checkers/progress.h"
#include "sim/checkers/proposals.h"

namespace distdb::sim {

class Validity : public Checker {
 public:
  Validity(const Population& population, Verdict* verdict)
      : Checker(population, verdict, kInRecords | kInDeliveries),
        delivered_(population.nodes),
        proposals_(population.nodes),
        answered_(static_cast<size_t>(population.nodes)) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;
  void OnReply(Time at, NodeId node, const Reply& reply) override;
  bool IsSettled() const override;
  void Finish(Time at) override;

 private:
  // The last seq of the origin that must arrive everywhere.
  Seq Promised(NodeId origin) const;

  Progress delivered_;
  Proposals proposals_;
  // Per origin: the largest token of a write answered OK.
  std::vector<Seq> answered_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_VALIDITY_H_
