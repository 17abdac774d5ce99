// Replay: old messages, said again long after.
//
// Powers: a liar repeats on its own channel, to any node, what it or another
// liar has heard from anyone or has said itself, from the first messages of the
// run or from the latest, up to three seconds later. At most kReplaysMax per
// run.

#ifndef DISTDB_SIM_ADVERSARY_REPLAY_H_
#define DISTDB_SIM_ADVERSARY_REPLAY_H_

#include <vector>

#include "sim/adversary/adversary.h"

namespace distdb::sim {

class Replay : public Adversary {
 public:
  static constexpr uint64_t kReplaysMax = 300;

  using Adversary::Adversary;

  void HandleMessage(NodeId liar, NodeId from, const Message& message) override;

 private:
  uint64_t replays_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_REPLAY_H_
