// Network: the fate of every message, and which partitions are in force.
//
// The network may lose, repeat, delay and reorder; it never invents or alters
// (what is altered is recognised and lost), and the sender it reports is the
// channel's, which no liar can forge. What becomes of a message is decided as
// it is sent, by the first matching Rule of the plan or else by the Chooser;
// only partitions act on what is under way.

#ifndef DISTDB_SIM_NETWORK_H_
#define DISTDB_SIM_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/digest.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/types.h"
#include "sim/choice.h"
#include "sim/digest_names.h"
#include "sim/fault_counters.h"
#include "sim/plan.h"

namespace distdb::sim {

// When the copies of a message arrive: none, one or two of them.
struct Arrivals {
  uint32_t copies = 0;
  // It is lost because its bytes were altered.
  bool corrupted = false;
  Time at[2];
};

// Who chooses how long messages are under way, in place of the network.
class DelayPicker {
 public:
  virtual ~DelayPicker() = default;
  // For a message, or a copy of it, that goes on its way at `now`.
  virtual Duration PickDelay(Time now, const About& message) = 0;
};

class Network {
 public:
  // None of the pointers is owned; all outlive the network.
  Network(const Plan* plan, Chooser* chooser, const Digester* digester,
          DigestNames* names, FaultCounters* faults);

  // Decides about a message that is sent at `now`. `about` names it, with
  // Decision::kMessageLost.
  Arrivals Send(Time now, const About& about, const Message& message);

  // Not owned; null: the network itself. No link is in order under it.
  void SetDelayPicker(DelayPicker* picker) { picker_ = picker; }

  // From now on nothing is lost, repeated or partitioned.
  void Heal();

  void SetPartition(const Partition& partition);
  bool HasPartitions() const { return !partitions_.empty(); }
  // Whether a partition now swallows what `from` sends to `to`.
  bool IsCut(NodeId from, NodeId to) const {
    return HasPartitions() && IsCutByAny(from, to);
  }
  // What the partitions now do to what is under way from `from` to `to`.
  // (Whatever is under way was sent before they began.)
  Partition::UnderWay UnderWay(NodeId from, NodeId to) const;

  // What decisions call the message's digest (About::digest_class).
  uint32_t DigestClass(const Message& message);

 private:
  bool IsCutByAny(NodeId from, NodeId to) const;
  const Rule* FindRule(Time now, const About& about);
  Time Arrival(Time leaves, Occasion& sending, Decision decision);
  // When a message that is sent at `now` has left, and the link is free again.
  // Nothing if too many wait already. Requires a plan with bandwidth.
  std::optional<Time> Leave(Time now, size_t link, const Message& message);
  Duration DrawDelay(size_t link, Occasion& sending, Decision decision);

  const Plan* plan_;
  Chooser* chooser_;
  const Digester* digester_;
  DigestNames* names_;
  FaultCounters* faults_;
  DelayPicker* picker_ = nullptr;
  std::vector<Partition> partitions_;  // Those in force.
  // Per link: when the last message sent on it arrives.
  std::vector<Time> busy_until_;  // Of each link; empty without bandwidth.
  std::vector<Time> last_arrival_;
  // Per rule: how many messages it has matched.
  std::vector<uint64_t> matched_;
  bool healed_ = false;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NETWORK_H_
