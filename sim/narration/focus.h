// Focus: the part of a run that narrators show: a stretch of it, one instance,
// one node. What is not given leaves nothing out.

#ifndef DISTDB_SIM_NARRATION_FOCUS_H_
#define DISTDB_SIM_NARRATION_FOCUS_H_

#include <cstdint>
#include <optional>
#include <variant>

#include "core/types.h"
#include "sim/observer.h"

namespace distdb::sim {

// A place in a run: the number of an event, from 1 (an event is a step of a
// replica), or a virtual time.
using Moment = std::variant<uint64_t, Time>;

struct Focus {
  // Both are shown, too.
  std::optional<Moment> from;
  std::optional<Moment> to;
  // What is said and done in it, in any epoch; and what is about no instance
  // but strikes nodes: crashes, partitions.
  std::optional<Dot> instance;
  // What it says, hears and does.
  std::optional<NodeId> node;

  bool Any() const { return from || to || instance || node; }

  // Whether it has come to `from`, or gone beyond `to`, as event number `event`
  // happens at `at`.
  bool HasBegun(Time at, uint64_t event) const {
    return !from.has_value() || !IsBefore(at, event, *from);
  }
  bool HasEnded(Time at, uint64_t event) const {
    return to.has_value() && IsAfter(at, event, *to);
  }
  bool Covers(Time at, uint64_t event) const {
    return HasBegun(at, event) && !HasEnded(at, event);
  }

  bool Shows(NodeId who) const { return !node.has_value() || *node == who; }
  bool Shows(const InstanceId& id) const {
    return !instance.has_value() ||
           (instance->origin == id.origin && instance->seq == id.seq);
  }
  bool Shows(const Passage& passage, const Message& message) const {
    return Shows(message.instance) &&
           (Shows(passage.from) || Shows(passage.to));
  }
  // What clients ask is about no instance yet.
  bool ShowsRequests(NodeId who) const {
    return Shows(who) && !instance.has_value();
  }
  bool Shows(NodeId who, const Reply& reply) const {
    return Shows(who) && (!instance.has_value() || *instance == reply.token);
  }

 private:
  static bool IsBefore(Time at, uint64_t event, const Moment& moment) {
    const uint64_t* number = std::get_if<uint64_t>(&moment);
    return number != nullptr ? event < *number : at < std::get<Time>(moment);
  }
  static bool IsAfter(Time at, uint64_t event, const Moment& moment) {
    const uint64_t* number = std::get_if<uint64_t>(&moment);
    return number != nullptr ? event > *number : at > std::get<Time>(moment);
  }
};

// Counts the events of a run as they happen. A message that is received belongs
// to the step that follows.
class EventCount {
 public:
  void NoteStep() { ++steps_; }
  void Skip(uint64_t steps) { steps_ += steps; }
  uint64_t steps() const { return steps_; }
  uint64_t Of(const Passage& passage, bool to_replica) const {
    return steps_ + (passage.fate == Fate::kReceived && to_replica ? 1 : 0);
  }

 private:
  uint64_t steps_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_FOCUS_H_
