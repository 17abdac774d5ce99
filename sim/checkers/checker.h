// Checker: an observer that holds a run to one property.
//
// Checkers are incremental: each looks at an event's effects and keeps only
// what it needs to compare later ones with, so that all of them are always on.
// The safety of a prefix is judged at once, what must come "in the end" when
// the world asks: IsSettled() during the liveness phase, Finish() at its end.
//
// Most steps are votes that complete no quorum. For checkers they are nothing:
// the world calls OnStep only where MayMatter(event, effects), and OnPassage
// never.

#ifndef DISTDB_SIM_CHECKERS_CHECKER_H_
#define DISTDB_SIM_CHECKERS_CHECKER_H_

#include <utility>
#include <variant>

#include "core/effects.h"
#include "core/event.h"
#include "core/node_set.h"
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

// Whether a step can bear on a property: it persisted, delivered or proved
// something, or its event is a request or news from the disk.
inline bool MayMatter(const Event& event, const Effects& effects) {
  return !effects.persist.empty() || !effects.delivered.empty() ||
         !effects.faults.empty() || std::holds_alternative<Request>(event) ||
         std::holds_alternative<Persisted>(event) ||
         std::holds_alternative<PersistFailed>(event);
}

class Checker : public Observer {
 public:
  Checker(const Population& population, Verdict* verdict)
      : population_(population), verdict_(verdict) {}

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
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_CHECKER_H_
