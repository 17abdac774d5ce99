// Agreement: no two honest nodes deliver different values in one instance.
//
//   ∀ i, ∀ p, q ∈ Honest:
//     delivered[p][i] ≠ ⊥ ∧ delivered[q][i] ≠ ⊥
//       ⇒ delivered[p][i] = delivered[q][i]
//
// p = q is included: what a node delivered before a crash, it delivers after.

#ifndef DISTDB_SIM_CHECKERS_AGREEMENT_H_
#define DISTDB_SIM_CHECKERS_AGREEMENT_H_

#include <optional>

#include "core/digest.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "sim/checkers/checker.h"
#include "sim/checkers/instance_table.h"
#include "sim/checkers/progress.h"

namespace distdb::sim {

class Agreement : public Checker {
 public:
  Agreement(const Population& population, Verdict* verdict)
      : Checker(population, verdict, kInDeliveries),
        values_(population.nodes) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;

 private:
  // The first delivery of an instance, and who agreed with it since.
  struct Value {
    NodeSet nodes;
    // As far as known: a record has only one of them.
    std::optional<Digest> digest;
    Payload payload;
  };

  void Compare(Time at, NodeId node, const InstanceId& instance,
               const Digest* digest, const Payload& payload);

  InstanceTable<Value> values_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_AGREEMENT_H_
