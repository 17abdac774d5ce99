// Liveness: once the faults have stopped, every request is answered, and every
// write at a correct node succeeds.
//
//   ∀ requests r at p ∈ Correct, p up since r: ◇ replied(r)
//   ∀ writes w at p ∈ Correct after the healing: ◇ replied(w) = OK
//
// "Eventually" is bounded by Plan::settle_time. A write may be refused for good
// where a member outside of the core tells no watermark, so that the share of
// its origin of what is kept stays used (World::IsHeldBack).

#ifndef DISTDB_SIM_CHECKERS_LIVENESS_H_
#define DISTDB_SIM_CHECKERS_LIVENESS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "sim/checkers/checker.h"

namespace distdb::sim {

class Liveness : public Checker {
 public:
  // Whether writes at this node may be refused for want of room.
  using IsHeldBack = std::function<bool(NodeId)>;

  Liveness(const Population& population, Verdict* verdict,
           IsHeldBack is_held_back)
      : Checker(population, verdict, kInRequests),
        is_held_back_(std::move(is_held_back)) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnReply(Time at, NodeId node, const Reply& reply) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;
  void OnHeal(Time) override { healed_ = true; }
  bool IsSettled() const override { return healed_ && waiting_.empty(); }
  void Finish(Time at) override;

  // How many writes were refused for good, with this reason.
  uint64_t excused() const { return excused_; }

 private:
  // (node, request) -> whether it must be answered OK.
  std::map<std::pair<NodeId, RequestId>, bool> waiting_;
  bool healed_ = false;
  uint64_t excused_ = 0;
  const IsHeldBack is_held_back_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_LIVENESS_H_
