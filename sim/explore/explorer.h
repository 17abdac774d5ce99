// Explorer: every interleaving of a model, breadth first, with the production
// bracha::Instance in every correct node.
//
// It counts as TLC counts: distinct states; states generated, the initial one
// included; and the depth, that of the initial state being 1. What it counts on
// a model must be what TLC counts on BrachaHandlers with the same constants.
//
// The first state that breaks a property ends the exploration; the way to it is
// as short as any.
//
//   Explorer explorer(model);
//   const Exploration result = explorer.Run();
//
// Single-threaded. About 50 bytes per state (Exploration::bytes says exactly).

#ifndef DISTDB_SIM_EXPLORE_EXPLORER_H_
#define DISTDB_SIM_EXPLORE_EXPLORER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/explore/key_set.h"
#include "sim/explore/local_states.h"
#include "sim/explore/model.h"
#include "sim/explore/model_world.h"

namespace distdb::sim::explore {

struct Exploration {
  uint64_t states = 0;
  uint64_t transitions = 0;
  int depth = 0;
  // The property that the last state breaks, or empty; and the way there.
  std::string violated;
  std::vector<Step> run;
  // False where a bound ended the exploration before it was complete.
  bool complete = false;
  size_t local_states = 0;
  size_t bytes = 0;
};

class Explorer {
 public:
  // Called now and then, and at the end of each depth; false ends the
  // exploration, which is then not complete.
  using Progress = std::function<bool(const Exploration&)>;

  // Requires a model that ValidateModel accepts.
  explicit Explorer(const Model& model);

  // Explores at most about `states_max` states. Call it once.
  Exploration Run(uint64_t states_max = ~uint64_t{0},
                  const Progress& progress = nullptr);

 private:
  struct Successor {
    Key key;
    uint32_t parent;
  };

  // Adds all states one step from the state `number` to successors_. Returns
  // the property that this state breaks, or "".
  const char* Expand(uint32_t number);
  // The steps that lead to the state with this number.
  std::vector<Step> RunTo(uint32_t number);
  bool FindStep(ModelWorld::State& state, Key wanted, std::vector<Step>& run);

  const Model& model() const { return world_.model(); }
  const Inputs& inputs() const { return world_.inputs(); }
  const std::vector<NodeId>& places() const { return world_.places(); }
  LocalStates& locals() { return world_.locals(); }

  ModelWorld world_;
  KeySet seen_;
  std::vector<Key> states_;  // In the order of discovery.
  std::vector<uint32_t> parents_;
  std::vector<Successor> successors_;
};

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_EXPLORER_H_
