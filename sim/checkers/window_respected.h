// WindowRespected: no honest node sends another one what lies beyond its
// window, where it would be lost.
//
//   ∀ honest p, q, votes and SENDs m of (o, s) that q receives from p:
//       s <= watermark(q, o) + W
//
// A receiver's window never moves back, also not over a restart, so what was
// inside it when it left is so when it arrives. Nothing else tells of a sender
// that does not look: the timer makes up for it, later.

#ifndef DISTDB_SIM_CHECKERS_WINDOW_RESPECTED_H_
#define DISTDB_SIM_CHECKERS_WINDOW_RESPECTED_H_

#include <cstdint>

#include "core/replica.h"
#include "sim/checkers/checker.h"

namespace distdb::sim {

class WindowRespected final : public StateChecker {
 public:
  WindowRespected(const Population& population, Verdict* verdict,
                  uint64_t window)
      : StateChecker(population, verdict), window_(window) {}

  void OnState(Time at, NodeId node, const Event& event, const Effects& effects,
               const Replica& replica) override;

 private:
  const uint64_t window_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_WINDOW_RESPECTED_H_
