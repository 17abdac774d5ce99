// Walks: random schedules of a model, with the production bracha::Instance in
// every correct node, and the states that they have reached.
//
// A schedule begins at the initial state and goes on until nothing that anyone
// may still say changes anything. Each step is chosen among all that change
// something: by the schedule's number alone, or, guided, among those that lead
// to a state which no schedule has reached before, where there are some. So
// random schedules mean the same in any order, and guided ones only in theirs.

#ifndef DISTDB_SIM_EXPLORE_WALKS_H_
#define DISTDB_SIM_EXPLORE_WALKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sim/explore/key_set.h"
#include "sim/explore/model.h"
#include "sim/explore/model_world.h"

namespace distdb::sim::explore {

struct Walk {
  std::vector<Step> steps;
  // The property that the last state breaks, or "".
  std::string violated;
};

class Walks {
 public:
  // Requires a model that ValidateModel accepts, without restarts.
  Walks(const Model& model, bool is_guided);

  // The schedule with this number; ends at the first state that breaks a
  // property.
  Walk Take(uint64_t number);

  // Distinct states reached by all schedules so far.
  uint64_t states() const { return reached_.size(); }

 private:
  struct Candidate {
    size_t place;
    int input;
    LocalStates::Id next;
    Key key;
  };

  // Fills candidates_ with what changes `state`; says whether it is at rest.
  bool Collect(const ModelWorld::State& state);
  // Of candidates_ those that lead to states not reached yet; all, where none
  // does.
  void PreferUnreached();

  ModelWorld world_;
  const bool is_guided_;
  KeySet reached_;
  std::vector<Candidate> candidates_;
};

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_WALKS_H_
