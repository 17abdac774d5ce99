// Liveness: once the faults have stopped, every request is answered, and every
// write at a correct node succeeds.
//
//   ∀ requests r at p ∈ Correct, p up since r: ◇ replied(r)
//   ∀ writes w at p ∈ Correct after the healing: ◇ replied(w) = OK
//
// "Eventually" is bounded by Plan::settle_time.

#ifndef DISTDB_SIM_CHECKERS_LIVENESS_H_
#define DISTDB_SIM_CHECKERS_LIVENESS_H_

#include <map>
#include <utility>

#include "sim/checkers/checker.h"

namespace distdb::sim {

class Liveness : public Checker {
 public:
  Liveness(const Population& population, Verdict* verdict)
      : Checker(population, verdict, kInRequests) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnReply(Time at, NodeId node, const Reply& reply) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;
  void OnHeal(Time) override { healed_ = true; }
  bool IsSettled() const override { return healed_ && waiting_.empty(); }
  void Finish(Time at) override;

 private:
  // (node, request) -> whether it must be answered OK.
  std::map<std::pair<NodeId, RequestId>, bool> waiting_;
  bool healed_ = false;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_LIVENESS_H_
