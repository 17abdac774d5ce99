// Scheduler: who orders all traffic, and wants the worst.
//
// Powers: it sees every message between any two nodes, liars or not, and
// chooses how long it is under way, up to a bound that is drawn per run (2 to
// 25 ms). It loses nothing, keeps nothing for ever, and says nothing. Links
// keep no order under it. It works together with the other adversaries: a
// scheme's two values are known to it as first and second.
//
// One way to order is drawn per run:
//   halves        votes and SENDs for the first value are fast to one half of
//                 the nodes and slow to the other; for the second, the reverse
//   victim last   whatever goes to one correct node is slow
//   ready first   READYs and DELIVEREDs are fast, SENDs and ECHOs slow
//   newest first  in every stretch of time the last message arrives first
//   last vote     the vote that would complete a quorum is slow

#ifndef DISTDB_SIM_ADVERSARY_SCHEDULER_H_
#define DISTDB_SIM_ADVERSARY_SCHEDULER_H_

#include "core/node_set.h"
#include "core/quorum.h"
#include "core/types.h"
#include "sim/adversary/stage.h"
#include "sim/fingerprint_table.h"
#include "sim/network.h"

namespace distdb::sim {

class Scheduler : public DelayPicker {
 public:
  // Not owned; outlives the scheduler.
  explicit Scheduler(Stage* stage);

  Duration PickDelay(Time now, const About& message) override;

 private:
  enum class Way : uint8_t {
    kHalves = 0,
    kVictimLast = 1,
    kReadyFirst = 2,
    kNewestFirst = 3,
    kLastVote = 4,
  };

  Duration Delay(Time now, const About& message);
  bool CompletesQuorum(const About& message);

  Stage& stage_;
  Way way_ = Way::kHalves;
  Duration bound_ = 0;
  NodeSet half_;
  NodeId victim_;
  Quorums quorums_;
  FingerprintTable votes_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_SCHEDULER_H_
