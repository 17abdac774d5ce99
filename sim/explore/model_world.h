// ModelWorld: the states of a model and the steps between them.
//
// A state is one number per correct node (see LocalStates) and the number of
// restarts, packed into 128 bits. With symmetry, the smallest key among all its
// renamings stands for a state.
//
// A correct node is offered what is said: the votes of the other correct nodes,
// its own ones that wait to be durable, and whatever liars may say. What it
// does with that is the production bracha::Instance's business.

#ifndef DISTDB_SIM_EXPLORE_MODEL_WORLD_H_
#define DISTDB_SIM_EXPLORE_MODEL_WORLD_H_

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "sim/explore/key_set.h"
#include "sim/explore/local_states.h"
#include "sim/explore/model.h"

namespace distdb::sim::explore {

// InvalidArgument naming what makes the model too large or meaningless.
absl::Status ValidateModel(const Model& model);

// One step of a run: what `node` takes, and what it then is.
struct Step {
  NodeId node;
  Input input;
  LocalState after;
};

class ModelWorld {
 public:
  // Correct nodes have places, from 0.
  struct State {
    std::array<LocalStates::Id, kModelNodesMax> local{};  // By place.
    int restarts = 0;
  };
  // Sets of inputs, by place.
  using InputSets = std::array<uint64_t, kModelNodesMax>;

  // Requires a model that ValidateModel accepts.
  explicit ModelWorld(const Model& model);
  ModelWorld(const ModelWorld&) = delete;
  ModelWorld& operator=(const ModelWorld&) = delete;

  State Initial();
  // What stands for `state`.
  Key KeyOf(const State& state) {
    return model_.symmetry ? Canonical(state) : Pack(state);
  }
  State Unpack(Key key) const;
  // Without symmetry: the key after a step of one place.
  Key Moved(Key key, size_t place, LocalStates::Id before,
            LocalStates::Id after, int restarts) const {
    const size_t shift = (places_.size() - 1 - place) * bits_per_place_;
    return key + (Key(after) << shift) - (Key(before) << shift) +
           (Key(static_cast<uint64_t>(restarts))
            << (places_.size() * bits_per_place_));
  }

  // The inputs that each place is offered; those of correct nodes alone go to
  // `by_correct`.
  void Offer(const State& state, InputSets& offered,
             InputSets& by_correct) const;
  // The state of a node after it has taken `input`.
  LocalStates::Id Take(LocalStates::Id id, int input) {
    LocalStates::Id next = locals_.Next(id, input);
    if (!model_.syncs_at_once) return next;
    while (const uint64_t asks = locals_.Of(next).asks) {
      next = locals_.Next(next, std::countr_zero(asks));
    }
    return next;
  }
  // Whether an input of correct nodes alone, one that changes something, keeps
  // the state from being at rest. Catching up must not be needed, so it is no
  // move.
  bool IsMove(uint64_t by_correct, int input) const {
    return ((by_correct & ~catching_up_) >> input & 1) != 0;
  }
  // The property that this state breaks, or "".
  const char* Judge(const State& state, bool at_rest) const;

  const Model& model() const { return model_; }
  const Inputs& inputs() const { return inputs_; }
  // Place -> correct node.
  const std::vector<NodeId>& places() const { return places_; }
  LocalStates& locals() { return locals_; }
  const LocalStates& locals() const { return locals_; }

 private:
  Key Pack(const State& state) const;
  Key Canonical(const State& state);
  bool Wants(const char* property) const {
    return model_.property.empty() || model_.property == property;
  }

  const Model model_;
  const Inputs inputs_;
  const std::vector<Renaming> renamings_;
  LocalStates locals_;
  std::vector<NodeId> places_;
  std::array<int, kModelNodesMax> place_of_{};  // Correct node -> place.
  int bits_per_place_ = 0;
  // As sets of inputs: what liars say, what a correct origin may propose, and
  // every DELIVERED of a correct node.
  uint64_t lies_ = 0;
  uint64_t proposals_ = 0;
  uint64_t catching_up_ = 0;
};

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_MODEL_WORLD_H_
