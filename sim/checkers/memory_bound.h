// MemoryBound: no replica ever holds more in memory than its configuration
// says, whatever liars send it.
//
//   ∀ p, ∀ terms t: MemoryUse(p).t <= MemoryBound(config(p)).t
//
// core/bracha/memory_bound.h derives the bound; what it allows a payload to be
// is here no more than the largest one that has been seen, because payloads of
// the configured size are rare, and room for them would hide a broken budget.
//
// It is looked at after every step.

#ifndef DISTDB_SIM_CHECKERS_MEMORY_BOUND_H_
#define DISTDB_SIM_CHECKERS_MEMORY_BOUND_H_

#include "core/config.h"
#include "core/memory_use.h"
#include "core/replica.h"
#include "sim/checkers/checker.h"

namespace distdb::sim {

class MemoryBound final : public StateChecker {
 public:
  // `config` is that of all nodes, whatever its `self`.
  MemoryBound(const Population& population, Verdict* verdict,
              const Config& config);

  void OnState(Time at, NodeId node, const Event& event, const Effects& effects,
               const Replica& replica) override;

 private:
  void NotePayload(size_t bytes);
  void Convict(Time at, NodeId node, const MemoryUse& use);

  Config config_;  // With the largest payload seen.
  const size_t payload_bytes_max_;
  MemoryUse bound_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_MEMORY_BOUND_H_
