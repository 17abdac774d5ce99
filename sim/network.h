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

#include "core/always_inline.h"
#include "core/digest.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/types.h"
#include "sim/choice.h"
#include "sim/delay_shape.h"
#include "sim/digest_names.h"
#include "sim/fault_counters.h"
#include "sim/plan.h"
#include "sim/rule_table.h"

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

  // Decides about a message that is sent at `now`. `sending` names it, with
  // Decision::kMessageLost.
  Arrivals Send(Time now, Occasion& sending, const Message& message);

  // Whether all that can be said of a message is when it arrives, with an even
  // jitter: then PlainArrival says so, and is what Send would answer.
  bool IsPlain() const { return is_plain_; }
  Time PlainArrival(Time now, Occasion& sending);

  // Not owned; null: the network itself. No link is in order under it.
  void SetDelayPicker(DelayPicker* picker) {
    picker_ = picker;
    NoteIfPlain();
  }

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
  void NoteIfPlain();
  Time InOrder(Time at, Time& last);
  size_t LinkIndex(const About& about) const {
    return size_t{about.from.value()} * nodes_ + about.to.value();
  }
  Arrivals ArrivalsBy(const Rule& rule, Time now, size_t link) const;
  Time Arrival(Time leaves, size_t link, Occasion& sending, Decision decision);
  // When a message that is sent at `now` has left, and the link is free again.
  // Nothing if too many wait already. Requires a plan with bandwidth.
  std::optional<Time> Leave(Time now, size_t link, const Message& message);
  Duration DrawDelay(size_t link, Occasion& sending, Decision decision);

  const Plan* plan_;
  size_t nodes_;
  Chooser* chooser_;
  const Digester* digester_;
  DigestNames* names_;
  FaultCounters* faults_;
  DelayPicker* picker_ = nullptr;
  std::vector<Partition> partitions_;  // Those in force.
  // Per link: when the last message sent on it arrives.
  std::vector<Time> busy_until_;  // Of each link; empty without bandwidth.
  std::vector<Time> last_arrival_;
  RuleTable rules_;
  bool healed_ = false;
  bool is_plain_ = false;
};

// Inline, as all that is sent comes through here.

// When what would arrive at `at` does so, on a link on which the last of what
// was sent before it arrives at `last`.
DISTDB_ALWAYS_INLINE Time Network::InOrder(Time at, Time& last) {
  if (at >= last) {
    last = at;
    return at;
  }
  if (plan_->network.in_order) return last;
  faults_->Count(FaultName::kReordering);
  return at;
}

DISTDB_ALWAYS_INLINE Duration Network::DrawDelay(size_t link, Occasion& sending,
                                                 Decision decision) {
  const NetworkPlan& network = plan_->network;
  if (network.jitter == 0) return 0;
  const DelayShape shape = network.delay_shape.empty()
                               ? DelayShape::kUniform
                               : network.delay_shape[link];
  const uint64_t answer =
      chooser_->Choose(sending, decision, DelayAnswers(shape, network.jitter));
  if (shape == DelayShape::kUniform) return static_cast<Duration>(answer);
  const Duration delay = DelayOf(shape, network.jitter, answer);
  if (shape == DelayShape::kTwoHumped && delay > network.jitter / 2) {
    faults_->Count(FaultName::kSecondHump);
  } else if (delay > network.jitter) {
    faults_->Count(FaultName::kLongTail);
  }
  return delay;
}

DISTDB_ALWAYS_INLINE Time Network::Arrival(Time leaves, size_t link,
                                           Occasion& sending,
                                           Decision decision) {
  if (picker_ != nullptr) {
    return leaves + picker_->PickDelay(leaves, sending.about());
  }
  const NetworkPlan& network = plan_->network;
  Time at = leaves + network.link_delay[link];
  if (!network.slow_by.empty() && network.slow_by[link] > 0 && !healed_) {
    at = at + network.slow_by[link];
    faults_->Count(FaultName::kSlowLink);
  }
  at = at + DrawDelay(link, sending, decision);
  return InOrder(at, last_arrival_[link]);
}

DISTDB_ALWAYS_INLINE Time Network::PlainArrival(Time now, Occasion& sending) {
  const NetworkPlan& network = plan_->network;
  const size_t link = LinkIndex(sending.about());
  Time at = now + network.link_delay[link];
  if (network.jitter > 0) {
    const uint64_t answers = DelayAnswers(DelayShape::kUniform, network.jitter);
    at = at + static_cast<Duration>(
                  chooser_->Choose(sending, Decision::kMessageDelay, answers));
  }
  return InOrder(at, last_arrival_[link]);
}

DISTDB_ALWAYS_INLINE Arrivals Network::Send(Time now, Occasion& sending,
                                            const Message& message) {
  const size_t link = LinkIndex(sending.about());
  if (!plan_->rules.empty()) {
    const Rule* const rule = rules_.Find(now, sending.about());
    if (rule != nullptr) return ArrivalsBy(*rule, now, link);
  }
  Arrivals arrivals;
  const NetworkPlan& network = plan_->network;
  Time leaves = now;  // Without bandwidth it leaves at once.
  if (!network.byte_time.empty() && !healed_) {
    const std::optional<Time> has_left = Leave(now, link, message);
    if (!has_left.has_value()) {
      faults_->Count(FaultName::kFullLink);
      return arrivals;
    }
    leaves = *has_left;
  }
  if (!healed_ && chooser_->Chance(sending, Decision::kMessageLost,
                                   network.loss_per_mille)) {
    faults_->Count(FaultName::kLoss);
    return arrivals;
  }
  if (!healed_ && chooser_->Chance(sending, Decision::kMessageCorrupted,
                                   network.corrupt_per_mille)) {
    faults_->Count(FaultName::kCorruption);
    arrivals.corrupted = true;
    return arrivals;
  }
  arrivals.copies = 1;
  arrivals.at[0] = Arrival(leaves, link, sending, Decision::kMessageDelay);
  if (!healed_ && chooser_->Chance(sending, Decision::kMessageDuplicated,
                                   network.duplicate_per_mille)) {
    faults_->Count(FaultName::kDuplication);
    arrivals.copies = 2;
    arrivals.at[1] = Arrival(leaves, link, sending, Decision::kDuplicateDelay);
  }
  return arrivals;
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NETWORK_H_
