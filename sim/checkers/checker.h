// Checker: an observer that holds a run to one property.
//
// Checkers are incremental: each looks at an event's effects and keeps only
// what it needs to compare later ones with, so that all of them are always on.
// The safety of a prefix is judged at once, what must come "in the end" when
// the world asks: IsSettled() during the liveness phase, Finish() at its end.
//
// Most steps are votes that complete no quorum. For checkers they are nothing:
// the world calls OnStep only for steps of which something interests the
// checker, and OnPassage never.

#ifndef DISTDB_SIM_CHECKERS_CHECKER_H_
#define DISTDB_SIM_CHECKERS_CHECKER_H_

#include <cstdint>
#include <utility>
#include <variant>

#include "core/effects.h"
#include "core/event.h"
#include "core/node_set.h"
#include "core/replica.h"
#include "core/types.h"
#include "sim/checkers/verdict.h"
#include "sim/observer.h"

namespace distdb::sim {

// Who is judged. `correct` nodes must have everything in the end; `honest` ones
// (the correct and those that died) never contradict anyone while they are up.
struct Population {
  int nodes = 0;
  NodeSet correct;
  NodeSet honest;
};

// What of a step can bear on a property, as bits.
enum Interest : uint32_t {
  kInNothing = 0,
  kInRecords = 1 << 0,     // It persisted something, or has news from the disk.
  kInDeliveries = 1 << 1,  // It delivered something.
  kInFaults = 1 << 2,      // It proved that someone lies.
  kInRequests = 1 << 3,    // A client asked for something.
};
// So many combinations of them are there.
inline constexpr uint32_t kInterestSets = 1 << 4;

inline uint32_t InterestsOf(const Event& event, const Effects& effects) {
  const bool has_records = !effects.persist.empty() ||
                           std::holds_alternative<Persisted>(event) ||
                           std::holds_alternative<PersistFailed>(event);
  return (has_records ? kInRecords : kInNothing) |
         (effects.delivered.empty() ? kInNothing : kInDeliveries) |
         (effects.faults.empty() ? kInNothing : kInFaults) |
         (std::holds_alternative<Request>(event) ? kInRequests : kInNothing);
}

class Checker : public Observer {
 public:
  // `interests`: some of Interest.
  Checker(const Population& population, Verdict* verdict, uint32_t interests)
      : population_(population), verdict_(verdict), interests_(interests) {}

  uint32_t interests() const { return interests_; }

  bool WatchesPassages() const override { return false; }

  // Whether nothing that was promised is outstanding. Cheap.
  virtual bool IsSettled() const { return true; }
  // The run is over: what is outstanding now never came.
  virtual void Finish(Time) {}

 protected:
  const Population& population() const { return population_; }
  void Report(Violation violation) { verdict_->Report(std::move(violation)); }

 private:
  Population population_;
  Verdict* verdict_;
  uint32_t interests_;
};

// A checker that looks at a replica after each of its steps, also where the
// step bears on nothing else.
class StateChecker : public Checker {
 public:
  StateChecker(const Population& population, Verdict* verdict)
      : Checker(population, verdict, kInNothing) {}

  // `replica` is that of `node`, which has just handled `event`.
  virtual void OnState(Time at, NodeId node, const Event& event,
                       const Effects& effects, const Replica& replica) = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_CHECKER_H_
