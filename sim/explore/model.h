// Model: a world small enough to be explored completely.
//
// One instance of the broadcast, two values, and no network: a vote can be
// received as soon as its sender says it, in any order, late or never. A liar
// says any vote to anyone at any time; a correct node says what it has made
// durable. It is the model of spec/BrachaHandlers.tla, and what a node does is
// one call of a handler of the production class bracha::Instance.

#ifndef DISTDB_SIM_EXPLORE_MODEL_H_
#define DISTDB_SIM_EXPLORE_MODEL_H_

#include <cstdint>
#include <string>

#include "core/node_set.h"
#include "core/quorum.h"
#include "core/types.h"

namespace distdb::sim::explore {

// Values are 0 and 1 (`a` and `b`); kNoValue is none.
inline constexpr int kValues = 2;
inline constexpr int kNoValue = -1;
// So that a set of inputs fits into 64 bits.
inline constexpr int kModelNodesMax = 10;

// The votes that liars say; of these, all, to anyone, at any time.
struct Lies {
  bool echo = true;
  bool ready = true;
  bool delivered = true;
};

struct Model {
  Quorums quorums;
  NodeSet liars;
  Lies lies;
  NodeId origin;  // A liar or not.
  // Whether nodes also say DELIVERED.
  bool claims = false;
  // How often correct nodes restart, all together, and what they then have
  // left of their votes.
  int restarts = 0;
  bool echo_is_durable = true;
  bool ready_is_durable = true;
  // Whether an own vote is durable, and counted, in the step that asks for it:
  // fewer interleavings, for models that are too large otherwise.
  bool syncs_at_once = false;
  // Whether ReadyConsistent, the lemma behind Agreement, is held to. An unsafe
  // policy gives it up first; what it costs its users comes later.
  bool holds_ready_consistent = true;
  // The one property that is looked at, or "" for all.
  std::string property;
  // Count states that differ only by exchanging nodes of one kind, or values,
  // as one.
  bool symmetry = false;

  NodeSet nodes() const { return NodeSet::FirstN(quorums.n); }
  NodeSet correct() const { return nodes() & NodeSet(~liars.bits()); }
};

// What a node can take in one step.
enum class InputKind : uint8_t {
  kEcho,       // ECHO(value) of `from`; its own one when that is durable.
  kReady,      // READY(value), likewise.
  kDelivered,  // DELIVERED(value) of `from`.
  kSend,       // SEND(value) of the origin; at the origin: it proposes.
  kRestart,    // A crash, and what the disk gives back.
};

struct Input {
  InputKind kind = InputKind::kRestart;
  NodeId from;    // For votes.
  int value = 0;  // For all but kRestart.
};

// Numbers the inputs from 0, so that sets of them are bit masks.
class Inputs {
 public:
  explicit Inputs(int nodes) : nodes_(nodes) {}

  int size() const { return Index({.kind = InputKind::kRestart}) + 1; }

  int Index(const Input& input) const {
    const int kind = static_cast<int>(input.kind);
    const int votes = kind * nodes_ * kValues;
    if (input.kind == InputKind::kRestart) return Index(kFirstSend) + kValues;
    if (input.kind == InputKind::kSend) return votes + input.value;
    return votes + static_cast<int>(input.from.value()) * kValues + input.value;
  }

  uint64_t Bit(const Input& input) const { return uint64_t{1} << Index(input); }

  Input At(int index) const {
    const int kind = index / (nodes_ * kValues);
    if (index == size() - 1) return {.kind = InputKind::kRestart};
    const int rest = index % (nodes_ * kValues);
    return {
        static_cast<InputKind>(kind),
        NodeId(static_cast<uint32_t>(
            kind < static_cast<int>(InputKind::kSend) ? rest / kValues : 0)),
        rest % kValues};
  }

 private:
  static constexpr Input kFirstSend{InputKind::kSend, NodeId(0), 0};

  int nodes_;
};

// A step as a person reads it: "p1 counts ECHO a of p0".
std::string Describe(NodeId node, const Input& input);

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_MODEL_H_
