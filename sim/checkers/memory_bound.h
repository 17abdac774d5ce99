// MemoryBound: no replica ever holds more in memory than its configuration
// says, whatever liars send it.
//
//   ∀ p, ∀ terms t: MemoryUse(p).t <= MemoryBound(config(p)).t
//
// core/bracha/memory_bound.h derives the bound; what it allows a payload to be
// is here no more than the largest one that has been seen, because payloads of
// the configured size are rare, and room for them would hide a broken budget.
//
// It is looked at after every step, also where the step bears on nothing else:
// so this checker is added to the world as an observer.

#ifndef DISTDB_SIM_CHECKERS_MEMORY_BOUND_H_
#define DISTDB_SIM_CHECKERS_MEMORY_BOUND_H_

#include <functional>
#include <utility>

#include "core/config.h"
#include "core/memory_use.h"
#include "core/replica.h"
#include "sim/checkers/checker.h"

namespace distdb::sim {

class MemoryBound : public Checker {
 public:
  // Null for a node that is down.
  using FindReplica = std::function<const Replica*(NodeId)>;

  // `config` is that of all nodes, whatever its `self`.
  MemoryBound(const Population& population, Verdict* verdict,
              const Config& config, FindReplica find_replica);

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;

 private:
  void NotePayload(size_t bytes);

  Config config_;  // With the largest payload seen.
  const size_t payload_bytes_max_;
  MemoryUse bound_;
  const FindReplica find_replica_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_MEMORY_BOUND_H_
