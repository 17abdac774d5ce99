#include "sim/explore/local_states.h"

#include <utility>

#include "core/check.h"

namespace distdb::sim::explore {
namespace {

LocalState StateOf(NodeId self, const bracha::Instance& instance) {
  LocalState state{.self = self,
                   .echoed = ValueOf(instance.echoed()),
                   .readied = ValueOf(instance.readied()),
                   .decided = ValueOf(instance.decided())};
  for (const bracha::Tally& tally : instance.tallies()) {
    const auto value = static_cast<size_t>(ValueOf(&tally.digest));
    state.echoes[value] = tally.echoes.bits();
    state.readies[value] = tally.readies.bits();
    state.claims[value] = tally.claims.bits();
  }
  return state;
}

uint64_t RenameBits(const Renaming& renaming, uint64_t bits) {
  NodeSet renamed;
  for (const NodeId node : NodeSet(bits)) {
    renamed.Insert(NodeId(renaming.node[node.value()]));
  }
  return renamed.bits();
}

}  // namespace

Digest DigestOf(int value) {
  Digest digest;
  digest.bytes[0] = static_cast<uint8_t>(value + 1);
  return digest;
}

int ValueOf(const Digest* digest) {
  return digest == nullptr ? kNoValue : digest->bytes[0] - 1;
}

Input Renaming::Of(const Input& input) const {
  Input renamed = input;
  renamed.from = NodeId(node[input.from.value()]);
  renamed.value = value[static_cast<size_t>(input.value)];
  return renamed;
}

LocalState Renaming::Of(const LocalState& state) const {
  const auto rename = [this](int v) {
    return v == kNoValue ? v : value[static_cast<size_t>(v)];
  };
  LocalState renamed{.self = NodeId(node[state.self.value()]),
                     .echoed = rename(state.echoed),
                     .readied = rename(state.readied),
                     .decided = rename(state.decided)};
  for (size_t from = 0; from < kValues; ++from) {
    const auto to = static_cast<size_t>(value[from]);
    renamed.echoes[to] = RenameBits(*this, state.echoes[from]);
    renamed.readies[to] = RenameBits(*this, state.readies[from]);
    renamed.claims[to] = RenameBits(*this, state.claims[from]);
  }
  return renamed;
}

LocalStates::LocalStates(const Model* model, std::vector<Renaming> renamings)
    : model_(model),
      renamings_(std::move(renamings)),
      inputs_(model->quorums.n),
      stride_(static_cast<size_t>(inputs_.size())) {}

LocalStates::Id LocalStates::Initial(NodeId self) {
  return Intern(self, bracha::Instance(), kUnknown, 0);
}

LocalStates::Id LocalStates::Intern(NodeId self,
                                    const bracha::Instance& instance, Id parent,
                                    int input) {
  const LocalState state = StateOf(self, instance);
  const auto [found, is_new] =
      ids_.try_emplace(state, static_cast<Id>(entries_.size()));
  if (!is_new) return found->second;
  Facts facts{.echoed = static_cast<int8_t>(state.echoed),
              .readied = static_cast<int8_t>(state.readied),
              .decided = static_cast<int8_t>(state.decided)};
  for (int value = 0; value < kValues; ++value) {
    const auto v = static_cast<size_t>(value);
    const bool echo_is_durable = NodeSet(state.echoes[v]).Contains(self);
    const bool ready_is_durable = NodeSet(state.readies[v]).Contains(self);
    const uint64_t echo = inputs_.Bit({InputKind::kEcho, self, value});
    const uint64_t ready = inputs_.Bit({InputKind::kReady, self, value});
    if (echo_is_durable) {
      facts.says |= echo;
      if (self == model_->origin) {
        facts.says |= inputs_.Bit({InputKind::kSend, self, value});
      }
    }
    if (ready_is_durable) facts.says |= ready;
    if (model_->claims && state.decided == value) {
      facts.says |= inputs_.Bit({InputKind::kDelivered, self, value});
    }
    if (state.echoed == value && !echo_is_durable) facts.asks |= echo;
    if (state.readied == value && !ready_is_durable) facts.asks |= ready;
  }
  entries_.push_back({state, instance, parent, input});
  facts_.push_back(facts);
  next_.resize(entries_.size() * stride_, kUnknown);
  renamed_.resize(entries_.size() * renamings_.size(), kUnknown);
  return found->second;
}

bracha::Instance LocalStates::Restarted(const Entry& entry) const {
  bracha::Instance instance;
  const NodeId self = entry.state.self;
  for (int value = 0; value < kValues; ++value) {
    const auto v = static_cast<size_t>(value);
    if (model_->echo_is_durable &&
        NodeSet(entry.state.echoes[v]).Contains(self)) {
      instance.RestoreEcho(self, DigestOf(value));
    }
    if (model_->ready_is_durable &&
        NodeSet(entry.state.readies[v]).Contains(self)) {
      instance.RestoreReady(self, DigestOf(value));
    }
  }
  instance.Resume(model_->quorums);
  return instance;
}

LocalStates::Id LocalStates::Drive(Id id, int input) {
  const Input what = inputs_.At(input);
  const NodeId self = entries_[id].state.self;
  bracha::Instance instance = entries_[id].instance;
  switch (what.kind) {
    case InputKind::kSend:
      instance.HandleSend(DigestOf(what.value));
      break;
    case InputKind::kEcho:
      instance.HandleEcho(model_->quorums, what.from, DigestOf(what.value));
      break;
    case InputKind::kReady:
      instance.HandleReady(model_->quorums, what.from, DigestOf(what.value));
      break;
    case InputKind::kDelivered:
      instance.HandleDelivered(model_->quorums, what.from,
                               DigestOf(what.value));
      break;
    case InputKind::kRestart:
      instance = Restarted(entries_[id]);
      break;
  }
  const Id next = Intern(self, instance, id, input);
  next_[size_t{id} * stride_ + static_cast<size_t>(input)] = next;
  if (next == id) facts_[id].idle |= uint64_t{1} << input;
  return next;
}

LocalStates::Id LocalStates::Rename(Id id, size_t renaming) {
  const Renaming& names = renamings_[renaming];
  const Id parent = entries_[id].parent;
  Id renamed;
  if (parent == kUnknown) {
    renamed = Initial(NodeId(names.node[entries_[id].state.self.value()]));
  } else {
    const Input input = names.Of(inputs_.At(entries_[id].input));
    renamed = Next(Renamed(parent, renaming), inputs_.Index(input));
  }
  DISTDB_CHECK(entries_[renamed].state == names.Of(entries_[id].state),
               "an instance treats all nodes and all values alike");
  renamed_[id * renamings_.size() + renaming] = renamed;
  return renamed;
}

size_t LocalStates::bytes() const {
  return entries_.capacity() * sizeof(Entry) +
         facts_.capacity() * sizeof(Facts) +
         (next_.capacity() + renamed_.capacity()) * sizeof(Id) +
         ids_.size() * (sizeof(LocalState) + 48);
}

}  // namespace distdb::sim::explore
