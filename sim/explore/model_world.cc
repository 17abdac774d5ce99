#include "sim/explore/model_world.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "sim/explore/renamings.h"

namespace distdb::sim::explore {
namespace {

constexpr int kRestartBits = 7;

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

ModelWorld::ModelWorld(const Model& model)
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

Key ModelWorld::Pack(const State& state) const {
  // The leading bit keeps the key from being 0.
  Key key = uint64_t{1} << kRestartBits | static_cast<uint64_t>(state.restarts);
  for (size_t place = 0; place < places_.size(); ++place) {
    DISTDB_CHECK(state.local[place] < uint64_t{1} << bits_per_place_,
                 "the states of one node fit into its part of the key");
    key = key << bits_per_place_ | state.local[place];
  }
  return key;
}

ModelWorld::State ModelWorld::Unpack(Key key) const {
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

Key ModelWorld::Canonical(const State& state) {
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

ModelWorld::State ModelWorld::Initial() {
  State state;
  for (size_t place = 0; place < places_.size(); ++place) {
    state.local[place] = locals_.Initial(places_[place]);
  }
  return state;
}

void ModelWorld::Offer(const State& state, InputSets& offered,
                       InputSets& by_correct) const {
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

const char* ModelWorld::Judge(const State& state, bool at_rest) const {
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
      if (readied != kNoValue && readied != local.readied &&
          Wants("ReadyConsistent")) {
        broken = "ReadyConsistent";
      }
      readied = local.readied;
    }
    if (local.decided == kNoValue) continue;
    ++deliveries;
    if (delivered != kNoValue && delivered != local.decided &&
        Wants("Agreement")) {
      return "Agreement";
    }
    delivered = local.decided;
    if (origin_is_correct && delivered != proposed && Wants("Integrity")) {
      return "Integrity";
    }
  }
  if (at_rest && deliveries < places_.size()) {
    if (deliveries > 0 && Wants("Totality")) return "Totality";
    if (origin_is_correct && Wants("Validity")) return "Validity";
  }
  return model_.holds_ready_consistent ? broken : "";
}

}  // namespace distdb::sim::explore
