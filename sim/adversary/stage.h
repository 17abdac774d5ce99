// Stage: what all adversaries of a run share: who lies and to whom, what liars
// have heard and said, the chooser, and the way to say something.

#ifndef DISTDB_SIM_ADVERSARY_STAGE_H_
#define DISTDB_SIM_ADVERSARY_STAGE_H_

#include <cstdint>
#include <vector>

#include "core/digest.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/types.h"
#include "sim/adversary/names.h"
#include "sim/choice.h"
#include "sim/fault_counters.h"
#include "sim/fingerprint_table.h"
#include "sim/plan.h"

namespace distdb::sim {

// `liar` says `message` to `to`, `after` later than now.
struct Lie {
  NodeId liar = {};
  NodeId to = {};
  Duration after = 0;
  Message message = {};
};

class Stage {
 public:
  // None of the pointers is owned; all outlive the stage.
  Stage(const Plan* plan, Chooser* chooser, const Digester* digester,
        FaultCounters* faults);

  const Plan& plan() const { return *plan_; }
  // Who plays by the library: all liars but one that is played by twins.
  NodeSet liars() const { return liars_; }
  NodeSet victims() const { return victims_; }
  uint32_t Hardness(AdversaryName name) const {
    return plan_->adversaries[name];
  }
  InstanceId IdOf(NodeId origin, Seq seq) const {
    return {plan_->config.epoch, origin, seq};
  }
  Digest DigestOf(const InstanceId& id, const Payload& payload) const {
    return digester_->Compute(id, payload.bytes());
  }
  // A digest of which nobody has a payload; the same for equal arguments.
  Digest MadeUpDigest(const InstanceId& id, uint64_t number) const;
  const Digester* digester() const { return digester_; }

  void Count(FaultName name) { faults_->Count(name); }

  // --- Choices ---

  uint64_t Choose(const About& about, uint64_t n) {
    return chooser_->Choose(about, n);
  }
  bool Chance(const About& about, uint64_t per_mille) {
    return chooser_->Chance(about, per_mille);
  }
  uint32_t ChooseNamed(const About& about, absl::Span<const Option> options) {
    return chooser_->ChooseNamed(about, options);
  }
  // For what may be decided any number of times: `about` with the occurrence
  // that is next.
  About Again(About about);
  // What `decision` decides about a message that `liar` heard from `from`.
  About AboutHeard(Decision decision, NodeId liar, NodeId from,
                   const Message& heard);
  // One of the nodes; at least one.
  NodeId ChooseNode(const About& about, NodeSet nodes);

  // --- Speaking ---

  // Says it after a time that `about` decides, from none to 200 ms, mostly
  // short.
  void Say(const About& about, NodeId liar, NodeId to, const Message& message);
  void SayAfter(Duration after, NodeId liar, NodeId to, const Message& message);
  // What was said since the last call of Clear, in that order.
  std::vector<Lie>& said() { return said_; }

  // --- What was heard and said ---

  // Remembers it if anything here replays; of what is long past and of what is
  // recent, kHistoryMax messages each at most.
  void Remember(const Message& message);
  const std::vector<Message>& old() const { return old_; }
  const std::vector<Message>& recent() const { return recent_; }

  static constexpr size_t kHistoryMax = 64;

 private:
  const Plan* plan_;
  Chooser* chooser_;
  const Digester* digester_;
  FaultCounters* faults_;
  NodeSet liars_;
  NodeSet victims_;
  std::vector<Lie> said_;
  std::vector<Message> old_;
  std::vector<Message> recent_;  // A ring.
  size_t next_recent_ = 0;
  FingerprintTable occurrences_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_STAGE_H_
