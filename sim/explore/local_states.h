// LocalStates: what one node can be in, found by driving bracha::Instance.
//
// A node's state is that of its Instance and nothing else, and its handlers are
// pure: what they do depends on that state and the input alone. So each pair of
// the two is given to the production class once, and remembered. States are
// numbered as they are found; two Instances are the same state when the same
// node has echoed, readied and decided the same and has counted the same votes
// (not: in which order their digests appeared).

#ifndef DISTDB_SIM_EXPLORE_LOCAL_STATES_H_
#define DISTDB_SIM_EXPLORE_LOCAL_STATES_H_

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "core/bracha/instance.h"
#include "core/digest.h"
#include "core/node_set.h"
#include "core/types.h"
#include "sim/explore/model.h"

namespace distdb::sim::explore {

// The digest that stands for a value; and back, where none is kNoValue.
Digest DigestOf(int value);
int ValueOf(const Digest* digest);

// What tells two local states apart.
struct LocalState {
  NodeId self;
  int echoed = kNoValue;
  int readied = kNoValue;
  int decided = kNoValue;
  // Per value: whose vote has been counted.
  std::array<uint64_t, kValues> echoes{};
  std::array<uint64_t, kValues> readies{};
  std::array<uint64_t, kValues> claims{};

  friend auto operator<=>(const LocalState&, const LocalState&) = default;
};

// Exchanges nodes of one kind, and values.
struct Renaming {
  std::array<uint32_t, kModelNodesMax> node{};  // node[p]: what p is called.
  std::array<int, kValues> value{};

  Input Of(const Input& input) const;
  LocalState Of(const LocalState& state) const;
};

class LocalStates {
 public:
  using Id = uint32_t;

  // `model` is not owned and outlives this. Renamings may be empty.
  LocalStates(const Model* model, std::vector<Renaming> renamings);

  // The state of `self` before anything has happened.
  Id Initial(NodeId self);

  // What exploring looks at all the time, kept small.
  struct Facts {
    // Inputs that are known to change nothing in this state.
    uint64_t idle = 0;
    // What the node says: to the others, and to itself (the votes that wait to
    // be durable).
    uint64_t says = 0;
    uint64_t asks = 0;
    int8_t echoed = kNoValue;
    int8_t readied = kNoValue;
    int8_t decided = kNoValue;
  };
  const Facts& Of(Id id) const { return facts_[id]; }

  // The state after the input with this index; `id` itself if nothing changes.
  Id Next(Id id, int input) {
    const Id next = next_[size_t{id} * stride_ + static_cast<size_t>(input)];
    return next != kUnknown ? next : Drive(id, input);
  }

  const LocalState& At(Id id) const { return entries_[id].state; }

  // The same state, renamed; that it is reached by the renamed inputs, too, is
  // checked.
  Id Renamed(Id id, size_t renaming) {
    const Id renamed = renamed_[id * renamings_.size() + renaming];
    return renamed != kUnknown ? renamed : Rename(id, renaming);
  }

  size_t size() const { return entries_.size(); }
  size_t bytes() const;

 private:
  static constexpr Id kUnknown = ~Id{0};

  struct Entry {
    LocalState state;
    bracha::Instance instance;
    // How it was first reached; kUnknown for an initial state.
    Id parent = kUnknown;
    int input = 0;
  };

  Id Drive(Id id, int input);
  Id Rename(Id id, size_t renaming);
  Id Intern(NodeId self, const bracha::Instance& instance, Id parent,
            int input);
  bracha::Instance Restarted(const Entry& entry) const;

  const Model* model_;
  const std::vector<Renaming> renamings_;
  const Inputs inputs_;
  const size_t stride_;
  std::vector<Entry> entries_;
  std::vector<Facts> facts_;
  std::vector<Id> next_;     // [id * stride_ + input]
  std::vector<Id> renamed_;  // [id * renamings_.size() + renaming]
  std::map<LocalState, Id> ids_;
};

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_LOCAL_STATES_H_
