#include "sim/explore/explorer.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "sim/explore/renamings.h"

namespace distdb::sim::explore {
namespace {

constexpr int kRestartBits = 7;
constexpr size_t kStatesPerReport = 1 << 16;
constexpr size_t kBatch = 16;

}  // namespace

absl::Status ValidateModel(const Model& model) {
  if (model.quorums.n < 2 || model.quorums.n > kModelNodesMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a model of ", model.quorums.n, " nodes: give 2 to ", kModelNodesMax));
  }
  if (model.correct().empty()) {
    return absl::InvalidArgumentError("a model without a correct node");
  }
  if (model.restarts < 0 || model.restarts >= 1 << kRestartBits) {
    return absl::InvalidArgumentError(
        absl::StrCat(model.restarts, " restarts: give 0 to 127"));
  }
  return absl::OkStatus();
}

Explorer::Explorer(const Model& model)
    : model_(model),
      inputs_(model.quorums.n),
      renamings_(model.symmetry ? AllRenamings(model)
                                : std::vector<Renaming>()),
      locals_(&model_, renamings_) {
  DISTDB_CHECK(ValidateModel(model).ok(), "the caller validates the model");
  for (const NodeId node : model_.correct()) {
    place_of_[node.value()] = static_cast<int>(places_.size());
    places_.push_back(node);
  }
  bits_per_place_ =
      std::min(31, (127 - kRestartBits) / static_cast<int>(places_.size()));
  for (int value = 0; value < kValues; ++value) {
    for (const NodeId liar : model_.liars) {
      if (model_.lies.echo) {
        lies_ |= inputs_.Bit({InputKind::kEcho, liar, value});
      }
      if (model_.lies.ready) {
        lies_ |= inputs_.Bit({InputKind::kReady, liar, value});
      }
      if (model_.lies.delivered && model_.claims) {
        lies_ |= inputs_.Bit({InputKind::kDelivered, liar, value});
      }
    }
    const uint64_t send =
        inputs_.Bit({.kind = InputKind::kSend, .value = value});
    if (model_.liars.Contains(model_.origin)) lies_ |= send;
    proposals_ |= send;
    for (const NodeId node : model_.correct()) {
      catching_up_ |= inputs_.Bit({InputKind::kDelivered, node, value});
    }
  }
}

Key Explorer::Pack(const State& state) const {
  // The leading bit keeps the key from being 0.
  Key key = uint64_t{1} << kRestartBits | static_cast<uint64_t>(state.restarts);
  for (size_t place = 0; place < places_.size(); ++place) {
    DISTDB_CHECK(state.local[place] < uint64_t{1} << bits_per_place_,
                 "the states of one node fit into its part of the key");
    key = key << bits_per_place_ | state.local[place];
  }
  return key;
}

Explorer::State Explorer::Unpack(Key key) const {
  State state;
  const uint64_t mask = (uint64_t{1} << bits_per_place_) - 1;
  for (size_t place = places_.size(); place-- > 0;) {
    state.local[place] =
        static_cast<LocalStates::Id>(absl::Uint128Low64(key) & mask);
    key >>= bits_per_place_;
  }
  state.restarts =
      static_cast<int>(absl::Uint128Low64(key) & ((1 << kRestartBits) - 1));
  return state;
}

Key Explorer::Canonical(const State& state) {
  Key smallest = Pack(state);
  for (size_t r = 0; r < renamings_.size(); ++r) {
    State renamed{.restarts = state.restarts};
    for (size_t place = 0; place < places_.size(); ++place) {
      const uint32_t name = renamings_[r].node[places_[place].value()];
      renamed.local[static_cast<size_t>(place_of_[name])] =
          locals_.Renamed(state.local[place], r);
    }
    smallest = std::min(smallest, Pack(renamed));
  }
  return smallest;
}

void Explorer::Offer(const State& state,
                     std::array<uint64_t, kModelNodesMax>& offered,
                     std::array<uint64_t, kModelNodesMax>& by_correct) const {
  for (size_t place = 0; place < places_.size(); ++place) {
    uint64_t said = locals_.Of(state.local[place]).asks;
    for (size_t other = 0; other < places_.size(); ++other) {
      if (other != place) said |= locals_.Of(state.local[other]).says;
    }
    if (places_[place] == model_.origin) said |= proposals_;
    by_correct[place] = said;
    offered[place] = said | lies_;
  }
}

LocalStates::Id Explorer::Take(LocalStates::Id id, int input) {
  LocalStates::Id next = locals_.Next(id, input);
  if (!model_.syncs_at_once) return next;
  while (const uint64_t asks = locals_.Of(next).asks) {
    next = locals_.Next(next, std::countr_zero(asks));
  }
  return next;
}

const char* Explorer::Judge(const State& state, bool at_rest) const {
  int delivered = kNoValue;
  size_t deliveries = 0;
  int readied = kNoValue;
  const bool origin_is_correct = !model_.liars.Contains(model_.origin);
  int proposed = kNoValue;
  if (origin_is_correct) {
    const auto place = static_cast<size_t>(place_of_[model_.origin.value()]);
    proposed = locals_.Of(state.local[place]).echoed;
  }
  const char* broken = "";
  for (size_t place = 0; place < places_.size(); ++place) {
    const LocalStates::Facts& local = locals_.Of(state.local[place]);
    if (local.readied != kNoValue) {
      if (readied != kNoValue && readied != local.readied) {
        broken = "ReadyConsistent";
      }
      readied = local.readied;
    }
    if (local.decided == kNoValue) continue;
    ++deliveries;
    if (delivered != kNoValue && delivered != local.decided) {
      return "Agreement";
    }
    delivered = local.decided;
    if (origin_is_correct && delivered != proposed) return "Integrity";
  }
  if (at_rest && deliveries < places_.size()) {
    if (deliveries > 0) return "Totality";
    if (origin_is_correct) return "Validity";
  }
  return model_.holds_ready_consistent ? broken : "";
}

const char* Explorer::Expand(uint32_t number) {
  const Key key = states_[number];
  const State state = Unpack(key);
  std::array<uint64_t, kModelNodesMax> offered;
  std::array<uint64_t, kModelNodesMax> by_correct;
  Offer(state, offered, by_correct);
  bool at_rest = true;
  const auto add = [&](size_t place, LocalStates::Id next, int restarts) {
    Key successor;
    if (model_.symmetry) {
      State renamed = state;
      renamed.local[place] = next;
      renamed.restarts += restarts;
      successor = Canonical(renamed);
    } else {
      const size_t shift = (places_.size() - 1 - place) * bits_per_place_;
      successor = key + (Key(next) << shift) -
                  (Key(state.local[place]) << shift) +
                  (Key(static_cast<uint64_t>(restarts))
                   << (places_.size() * bits_per_place_));
    }
    seen_.Prefetch(successor);
    successors_.push_back({successor, number});
  };
  for (size_t place = 0; place < places_.size(); ++place) {
    const LocalStates::Id id = state.local[place];
    uint64_t rest = offered[place] & ~locals_.Of(id).idle;
    while (rest != 0) {
      const int input = std::countr_zero(rest);
      rest &= rest - 1;
      const LocalStates::Id next = Take(id, input);
      if (next == id) continue;
      // Catching up must not be needed, so it is no move.
      if ((by_correct[place] & ~catching_up_) >> input & 1) at_rest = false;
      add(place, next, 0);
    }
    if (state.restarts < model_.restarts &&
        locals_.Of(id).decided == kNoValue) {
      add(place, locals_.Next(id, inputs_.Index({InputKind::kRestart})), 1);
    }
  }
  return Judge(state, at_rest);
}

Exploration Explorer::Run(uint64_t states_max, const Progress& progress) {
  Exploration result;
  const Key initial = Initial();
  seen_.Insert(initial);
  states_.push_back(initial);
  parents_.push_back(0);
  result.transitions = 1;
  const auto report = [&] {
    result.states = states_.size();
    result.local_states = locals_.size();
    result.bytes = seen_.bytes() + locals_.bytes() +
                   states_.capacity() * sizeof(Key) +
                   parents_.capacity() * sizeof(uint32_t);
    if (progress) progress(result);
  };
  size_t next = 0;
  size_t level_end = 0;
  while (next < states_.size() && states_.size() < states_max) {
    if (next == level_end) {
      ++result.depth;
      level_end = states_.size();
      report();
    } else if (next % kStatesPerReport < kBatch) {
      report();
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

Key Explorer::Initial() {
  State state;
  for (size_t place = 0; place < places_.size(); ++place) {
    state.local[place] = locals_.Initial(places_[place]);
  }
  return model_.symmetry ? Canonical(state) : Pack(state);
}

bool Explorer::FindStep(State& state, Key wanted, std::vector<Step>& run) {
  std::array<uint64_t, kModelNodesMax> offered;
  std::array<uint64_t, kModelNodesMax> by_correct;
  Offer(state, offered, by_correct);
  const int restart = inputs_.Index({.kind = InputKind::kRestart});
  for (size_t place = 0; place < places_.size(); ++place) {
    uint64_t rest = offered[place];
    if (state.restarts < model_.restarts) rest |= uint64_t{1} << restart;
    while (rest != 0) {
      const int input = std::countr_zero(rest);
      rest &= rest - 1;
      State next = state;
      next.restarts += input == restart ? 1 : 0;
      next.local[place] = Take(state.local[place], input);
      if ((model_.symmetry ? Canonical(next) : Pack(next)) != wanted) continue;
      run.push_back(
          {places_[place], inputs_.At(input), locals_.At(next.local[place])});
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
  State state = Unpack(Initial());
  std::vector<Step> run;
  for (size_t i = way.size(); i-- > 0;) {
    DISTDB_CHECK(FindStep(state, way[i], run), "each state has a predecessor");
  }
  return run;
}

}  // namespace distdb::sim::explore
