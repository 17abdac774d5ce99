// Adversary: the liars of a run, as one coalition with a plan per instance.
//
// Powers: every liar sees at once what any of them receives. For its own
// stream it makes two well-formed payloads per instance and sends either, both
// or none to each node, now or after that node has restarted. In any instance
// it votes ECHO, READY and DELIVERED for either digest, for both or for none,
// to each node separately, at once or late, once or again and again. It forges
// SENDs in other origins' instances, answers PULLs with the truth, a lie or not
// at all, and claims watermarks that it does not have.
//
// It cannot speak on another node's channel, cannot find two payloads of equal
// digest, and does not decide the fate of the messages of others (the network
// does, but each of its own votes may be as fast as the fastest link).
//
// What it does is drawn per instance as a *strategy*, the same for the whole
// coalition (two liars that contradict each other by chance are weaker than two
// that pull the same way), and then per vote.

#ifndef DISTDB_SIM_ADVERSARY_H_
#define DISTDB_SIM_ADVERSARY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/types.h"
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

class Adversary {
 public:
  // None of the pointers is owned; all outlive the adversary.
  Adversary(const Plan* plan, Chooser* chooser, const Digester* digester,
            FaultCounters* faults);

  // The next instance of `liar`'s own stream begins.
  void Equivocate(NodeId liar, std::vector<Lie>& lies);

  // A message reached `liar`.
  void HandleMessage(NodeId liar, NodeId from, const Message& message,
                     std::vector<Lie>& lies);

  // A channel to `peer` opened, for the `occurrence`-th time.
  void HandlePeerUp(NodeId liar, NodeId peer, uint64_t occurrence,
                    std::vector<Lie>& lies);

 private:
  // How the coalition plays one instance. The numbers are stored in tapes.
  enum class Strategy : uint32_t {
    kFaithful = 0,  // One payload, votes as a correct node would send them.
    kMute = 1,      // SENDs to some, no vote.
    kSplit = 2,     // Each node gets one of the two values, and votes for it.
    kScatter = 3,   // Every vote for every value to every node: drawn alone.
    kDouble = 4,    // All votes for both values to everyone.
    kOneReady = 5,  // As kSplit, but READY goes to a single node.
    kStarve = 6,    // Few SENDs, few ECHOs, READY to a single node.
  };

  // The votes that a liar has for one node: a bit per phase and class.
  using Votes = uint32_t;

  // What the coalition knows and does in one instance.
  struct Scheme {
    InstanceId id;
    bool is_ours = false;
    Strategy strategy = Strategy::kFaithful;
    // The value that the origin said (first), and the lie.
    std::array<Payload, 2> payloads;
    std::array<Digest, 2> digests;
    // Whether digests[0] is known; for an own instance it always is.
    bool known = false;
    bool has_voted = false;
    // Says its votes again to whoever still speaks of the instance.
    bool persistent = false;
    NodeSet second;        // Who is told the second value.
    NodeId chosen;         // Who alone gets a READY.
    uint64_t repeats = 0;  // How often each vote is said again at once.
    // (liar, to) -> its votes, and how often they were said again.
    std::map<std::pair<NodeId, NodeId>, Votes> votes;
    std::map<std::pair<NodeId, NodeId>, uint64_t> resends;
  };

  // Says a message later, at a time drawn from what `about` names.
  void Say(const About& about, NodeId liar, NodeId to, const Message& message,
           std::vector<Lie>& lies);
  void SayPayload(const Scheme& scheme, NodeId liar, NodeId to, size_t which,
                  uint64_t occurrence, std::vector<Lie>& lies);
  void SayVotesTo(const Scheme& scheme, NodeId liar, NodeId to,
                  uint64_t occurrence, std::vector<Lie>& lies);

  Scheme& Find(const InstanceId& id);
  Payload Forge(const InstanceId& id, uint32_t which);
  void Learn(Scheme& scheme, const Message& message);
  void SaySends(const Scheme& scheme, NodeId liar, std::vector<Lie>& lies);
  void SayAllVotes(Scheme& scheme, std::vector<Lie>& lies);
  bool WantsVote(const Scheme& scheme, NodeId liar, NodeId to,
                 MessageKind phase, size_t which);
  void HandleInstanceMessage(NodeId liar, NodeId from, const Message& message,
                             std::vector<Lie>& lies);
  void HandlePull(NodeId liar, NodeId from, const Message& pull,
                  std::vector<Lie>& lies);
  void ClaimWatermark(NodeId liar, NodeId to, const InstanceId& heard,
                      std::vector<Lie>& lies);

  const Plan* plan_;
  Chooser* chooser_;
  const Digester* digester_;
  FaultCounters* faults_;
  NodeSet victims_;
  std::map<InstanceId, Scheme> schemes_;
  // The last seq of each liar's own stream.
  std::map<NodeId, Seq> last_seq_;
  // Counts equal questions and answers.
  FingerprintTable occurrences_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_H_
