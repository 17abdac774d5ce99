// WindowRespected: no honest node sends another one what lies beyond its
// window, where it would be lost.
//
//   ∀ honest p, q, votes and SENDs m of (o, s) that q receives from p:
//       s <= watermark(q, o) + W
//
// A receiver's window never moves back, also not over a restart, so what was
// inside it when it left is so when it arrives. Nothing else tells of a sender
// that does not look: the timer makes up for it, later.
//
// It looks at each message, so it is added to the world as an observer.

#ifndef DISTDB_SIM_CHECKERS_WINDOW_RESPECTED_H_
#define DISTDB_SIM_CHECKERS_WINDOW_RESPECTED_H_

#include <functional>
#include <utility>

#include "core/replica.h"
#include "sim/checkers/checker.h"

namespace distdb::sim {

class WindowRespected : public Checker {
 public:
  // Null for a node that is down.
  using FindReplica = std::function<const Replica*(NodeId)>;

  WindowRespected(const Population& population, Verdict* verdict,
                  uint64_t window, FindReplica find_replica)
      : Checker(population, verdict, kInNothing),
        window_(window),
        find_replica_(std::move(find_replica)) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;

 private:
  const uint64_t window_;
  const FindReplica find_replica_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_WINDOW_RESPECTED_H_
