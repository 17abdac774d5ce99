// Adversary: one kind of lie, as an object; all of a run's adversaries share
// what any liar hears (the Stage) and pull the same way (the Schemes).
//
// What an adversary sees: every message that reaches any liar, every channel of
// a liar that opens or closes, and the moment at which a liar's next instance
// is to begin. What it may do: say any message, on a liar's own channels, now
// or later (Stage::Say). It cannot speak on another node's channel, cannot find
// two payloads of one digest, and sees nothing that honest nodes tell each
// other; the one exception is the scheduler (scheduler.h), which sees all
// traffic and orders it, but says nothing.
//
// Every adversary is bounded per run: how often it speaks unasked has a limit,
// stated as a constant in its file.
//
// To add one: a name in names.h, how often it exists in draw_adversaries.cc, a
// counter in fault_counters.h, a line in coalition.cc, and a row in the README.

#ifndef DISTDB_SIM_ADVERSARY_ADVERSARY_H_
#define DISTDB_SIM_ADVERSARY_ADVERSARY_H_

#include <cstdint>

#include "core/message.h"
#include "core/types.h"
#include "sim/adversary/stage.h"

namespace distdb::sim {

class Adversary {
 public:
  // Not owned; outlives the adversary.
  explicit Adversary(Stage* stage) : stage_(*stage) {}
  virtual ~Adversary() = default;
  Adversary(const Adversary&) = delete;
  Adversary& operator=(const Adversary&) = delete;

  // The next instance of `liar`'s own stream is to begin.
  virtual void HandleTurn(NodeId) {}

  // A message of `from` reached `liar`.
  virtual void HandleMessage(NodeId /*liar*/, NodeId /*from*/, const Message&) {
  }

  // A channel of `liar` to `peer` opened, the `channel`-th of the two.
  virtual void HandlePeerUp(NodeId /*liar*/, NodeId /*peer*/,
                            uint64_t /*channel*/) {}

 protected:
  Stage& stage_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_ADVERSARY_H_
