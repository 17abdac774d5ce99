// Twins: one identity, played by two correct copies that know nothing of each
// other.
//
// Powers: each twin is a Replica of the planted core with a memory and a log of
// its own (durable at once). The other replicas are split into two sides: one
// talks to the first twin, one to the second, on the one identity's channels;
// what a twin says to the other side is lost. After each round the split is
// drawn anew, for at most kRoundsMax rounds. Clients write different values to
// both, so that they contradict each other without a single invented message.
// Splits are canonical: the lowest replica is always with the first twin, since
// the twins' names mean nothing.
//
// The first liar is played this way, and says nothing else.
//
// Source: S. Bano et al., "Twins: BFT Systems Made Robust", OPODIS 2021.

#ifndef DISTDB_SIM_ADVERSARY_TWINS_H_
#define DISTDB_SIM_ADVERSARY_TWINS_H_

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "core/effects.h"
#include "core/event.h"
#include "core/node_set.h"
#include "core/record.h"
#include "core/replica.h"
#include "core/types.h"
#include "sim/adversary/stage.h"

namespace distdb::sim {

class Twins {
 public:
  static constexpr uint64_t kRoundsMax = 8;

  // `stage` is not owned and outlives the twins.
  Twins(Stage* stage, NodeId self);
  ~Twins();

  // The same calls as an Adversary's, with the time. A Tick that is due is done
  // first.
  void HandleTurn(Time now);
  void HandleMessage(Time now, NodeId from, const Message& message);
  void HandlePeerUp(Time now, NodeId peer);
  void HandlePeerDown(Time now, NodeId peer);
  // Time has come to wake_at().
  void HandleWake(Time now);

  // When a twin wants its next Tick, or the round ends.
  Time wake_at() const;

  NodeId self() const { return self_; }

 private:
  struct Twin {
    std::unique_ptr<Replica> replica;
    NodeSet side;
    std::vector<Record> records;
    std::deque<Event> events;
    Time deadline;  // Virtual.
  };

  Twin& TwinOf(NodeId peer);
  void Tick(Twin& twin, Time now);
  // Hands it the event and whatever its disk answers at once.
  void Step(Twin& twin, Event event);
  void CarryOut(Twin& twin);
  void SayAll(const Twin& twin, const std::vector<Envelope>& envelopes);
  void DrawSides();

  Stage& stage_;
  const NodeId self_;
  std::array<Twin, 2> twins_;
  NodeSet channels_;
  Duration round_length_ = 0;
  uint64_t rounds_ = 0;
  Time round_ends_;
  uint64_t requests_ = 0;
  Effects effects_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_TWINS_H_
