// Explorer: every interleaving of a model, breadth first, with the production
// bracha::Instance in every correct node.
//
// It counts as TLC counts: distinct states; states generated, the initial one
// included; and the depth, that of the initial state being 1. What it counts on
// a model must be what TLC counts on BrachaHandlers with the same constants.
//
// A state is one number per correct node (see LocalStates) and the number of
// restarts, packed into 128 bits. With symmetry, the smallest key among all its
// renamings stands for a state.
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

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "sim/explore/key_set.h"
#include "sim/explore/local_states.h"
#include "sim/explore/model.h"

namespace distdb::sim::explore {

// One step of a run: what `node` takes, and what it then does.
struct Step {
  NodeId node;
  Input input;
  LocalState after;
};

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
  // Called now and then, and at the end of each depth.
  using Progress = std::function<void(const Exploration&)>;

  // Requires a model that ValidateModel accepts.
  explicit Explorer(const Model& model);

  // Explores at most about `states_max` states. Call it once.
  Exploration Run(uint64_t states_max = ~uint64_t{0},
                  const Progress& progress = nullptr);

 private:
  // A state, unpacked.
  struct State {
    std::array<LocalStates::Id, kModelNodesMax> local{};  // By place.
    int restarts = 0;
  };

  struct Successor {
    Key key;
    uint32_t parent;
  };

  Key Pack(const State& state) const;
  State Unpack(Key key) const;
  Key Canonical(const State& state);
  Key Initial();

  // The inputs that each place is offered; those of `correct` nodes alone go
  // to `by_correct`.
  void Offer(const State& state, std::array<uint64_t, kModelNodesMax>& offered,
             std::array<uint64_t, kModelNodesMax>& by_correct) const;
  // The state of a node after it has taken `input`.
  LocalStates::Id Take(LocalStates::Id id, int input);
  // Adds all states one step from the state `number` to successors_. Returns
  // the property that this state breaks, or "".
  const char* Expand(uint32_t number);
  // The property that this state breaks, or "".
  const char* Judge(const State& state, bool at_rest) const;
  // The steps that lead to the state with this number.
  std::vector<Step> RunTo(uint32_t number);
  bool FindStep(State& state, Key wanted, std::vector<Step>& run);

  const Model model_;
  const Inputs inputs_;
  const std::vector<Renaming> renamings_;
  LocalStates locals_;
  std::vector<NodeId> places_;                  // Place -> correct node.
  std::array<int, kModelNodesMax> place_of_{};  // Correct node -> place.
  int bits_per_place_ = 0;
  // As sets of inputs: what liars say, what a correct origin may propose, and
  // every DELIVERED of a correct node.
  uint64_t lies_ = 0;
  uint64_t proposals_ = 0;
  uint64_t catching_up_ = 0;

  KeySet seen_;
  std::vector<Key> states_;  // In the order of discovery.
  std::vector<uint32_t> parents_;
  std::vector<Successor> successors_;
};

// InvalidArgument naming what makes the model too large or meaningless.
absl::Status ValidateModel(const Model& model);

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_EXPLORER_H_
