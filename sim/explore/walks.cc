#include "sim/explore/walks.h"

#include <algorithm>
#include <bit>

#include "core/check.h"
#include "sim/mix.h"

namespace distdb::sim::explore {

Walks::Walks(const Model& model, bool is_guided)
    : world_(model), is_guided_(is_guided) {
  DISTDB_CHECK(model.restarts == 0, "schedules have no restarts");
}

bool Walks::Collect(const ModelWorld::State& state) {
  ModelWorld::InputSets offered;
  ModelWorld::InputSets by_correct;
  world_.Offer(state, offered, by_correct);
  candidates_.clear();
  bool at_rest = true;
  for (size_t place = 0; place < world_.places().size(); ++place) {
    const LocalStates::Id id = state.local[place];
    uint64_t rest = offered[place] & ~world_.locals().Of(id).idle;
    while (rest != 0) {
      const int input = std::countr_zero(rest);
      rest &= rest - 1;
      const LocalStates::Id next = world_.Take(id, input);
      if (next == id) continue;
      if (world_.IsMove(by_correct[place], input)) at_rest = false;
      candidates_.push_back({place, input, next, 0});
      if (!is_guided_) continue;
      ModelWorld::State after = state;
      after.local[place] = next;
      candidates_.back().key = world_.KeyOf(after);
    }
  }
  return at_rest;
}

void Walks::PreferUnreached() {
  const auto reached = std::stable_partition(
      candidates_.begin(), candidates_.end(),
      [this](const Candidate& one) { return !reached_.Contains(one.key); });
  if (reached != candidates_.begin()) {
    candidates_.erase(reached, candidates_.end());
  }
}

Walk Walks::Take(uint64_t number) {
  Walk walk;
  ModelWorld::State state = world_.Initial();
  reached_.Insert(world_.KeyOf(state));
  Mixer choices(number);
  while (true) {
    const bool at_rest = Collect(state);
    walk.violated = world_.Judge(state, at_rest);
    if (!walk.violated.empty() || candidates_.empty()) return walk;
    if (is_guided_) PreferUnreached();
    choices.Add(walk.steps.size());
    const Candidate& chosen = candidates_[choices.Low() % candidates_.size()];
    state.local[chosen.place] = chosen.next;
    reached_.Insert(is_guided_ ? chosen.key : world_.KeyOf(state));
    walk.steps.push_back({world_.places()[chosen.place],
                          world_.inputs().At(chosen.input),
                          world_.locals().At(chosen.next)});
  }
}

}  // namespace distdb::sim::explore
