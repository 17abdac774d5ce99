#include "sim/explore/explorer.h"

#include <algorithm>
#include <bit>

#include "core/check.h"

namespace distdb::sim::explore {
namespace {

constexpr size_t kStatesPerReport = 1 << 16;
constexpr size_t kBatch = 16;

}  // namespace

Explorer::Explorer(const Model& model) : world_(model) {}

const char* Explorer::Expand(uint32_t number) {
  const Key key = states_[number];
  const ModelWorld::State state = world_.Unpack(key);
  ModelWorld::InputSets offered;
  ModelWorld::InputSets by_correct;
  world_.Offer(state, offered, by_correct);
  bool at_rest = true;
  const auto add = [&](size_t place, LocalStates::Id next, int restarts) {
    Key successor;
    if (model().symmetry) {
      ModelWorld::State renamed = state;
      renamed.local[place] = next;
      renamed.restarts += restarts;
      successor = world_.KeyOf(renamed);
    } else {
      successor = world_.Moved(key, place, state.local[place], next, restarts);
    }
    seen_.Prefetch(successor);
    successors_.push_back({successor, number});
  };
  for (size_t place = 0; place < places().size(); ++place) {
    const LocalStates::Id id = state.local[place];
    uint64_t rest = offered[place] & ~locals().Of(id).idle;
    while (rest != 0) {
      const int input = std::countr_zero(rest);
      rest &= rest - 1;
      const LocalStates::Id next = world_.Take(id, input);
      if (next == id) continue;
      if (world_.IsMove(by_correct[place], input)) at_rest = false;
      add(place, next, 0);
    }
    if (state.restarts < model().restarts &&
        locals().Of(id).decided == kNoValue) {
      add(place, locals().Next(id, inputs().Index({InputKind::kRestart})), 1);
    }
  }
  return world_.Judge(state, at_rest);
}

Exploration Explorer::Run(uint64_t states_max, const Progress& progress) {
  Exploration result;
  const Key initial = world_.KeyOf(world_.Initial());
  seen_.Insert(initial);
  states_.push_back(initial);
  parents_.push_back(0);
  result.transitions = 1;
  const auto report = [&] {
    result.states = states_.size();
    result.local_states = locals().size();
    result.bytes = seen_.bytes() + locals().bytes() +
                   states_.capacity() * sizeof(Key) +
                   parents_.capacity() * sizeof(uint32_t);
    return progress == nullptr || progress(result);
  };
  size_t next = 0;
  size_t level_end = 0;
  while (next < states_.size() && states_.size() < states_max) {
    if (next == level_end) {
      ++result.depth;
      level_end = states_.size();
      if (!report()) return result;
    } else if (next % kStatesPerReport < kBatch && !report()) {
      return result;
    }
    // A batch at a time, so that the slots of the successors are on their way
    // from memory while others are computed.
    successors_.clear();
    const size_t batch_end = std::min(next + kBatch, level_end);
    for (; next < batch_end; ++next) {
      result.violated = Expand(static_cast<uint32_t>(next));
      if (result.violated.empty()) continue;
      result.run = RunTo(static_cast<uint32_t>(next));
      report();
      return result;
    }
    result.transitions += successors_.size();
    for (const Successor& successor : successors_) {
      if (!seen_.Insert(successor.key)) continue;
      states_.push_back(successor.key);
      parents_.push_back(successor.parent);
    }
  }
  result.complete = next == states_.size();
  report();
  return result;
}

bool Explorer::FindStep(ModelWorld::State& state, Key wanted,
                        std::vector<Step>& run) {
  ModelWorld::InputSets offered;
  ModelWorld::InputSets by_correct;
  world_.Offer(state, offered, by_correct);
  const int restart = inputs().Index({.kind = InputKind::kRestart});
  for (size_t place = 0; place < places().size(); ++place) {
    uint64_t rest = offered[place];
    if (state.restarts < model().restarts) rest |= uint64_t{1} << restart;
    while (rest != 0) {
      const int input = std::countr_zero(rest);
      rest &= rest - 1;
      ModelWorld::State next = state;
      next.restarts += input == restart ? 1 : 0;
      next.local[place] = input == restart
                              ? locals().Next(state.local[place], input)
                              : world_.Take(state.local[place], input);
      if (world_.KeyOf(next) != wanted) continue;
      run.push_back({places()[place], inputs().At(input),
                     locals().At(next.local[place])});
      state = next;
      return true;
    }
  }
  return false;
}

std::vector<Step> Explorer::RunTo(uint32_t number) {
  std::vector<Key> way;
  for (; number != 0; number = parents_[number]) {
    way.push_back(states_[number]);
  }
  ModelWorld::State state = world_.Unpack(world_.KeyOf(world_.Initial()));
  std::vector<Step> run;
  for (size_t i = way.size(); i-- > 0;) {
    DISTDB_CHECK(FindStep(state, way[i], run), "each state has a predecessor");
  }
  return run;
}

}  // namespace distdb::sim::explore
