// Schemes: what the coalition knows of each instance, and how it plays it.
//
// A scheme is drawn once per instance and is the same for the whole coalition:
// two liars that contradict each other by chance are weaker than two that pull
// the same way. It has two well-formed payloads (now and then the second is no
// batch at all), a side for each victim, one victim that is treated apart, and
// a *strategy* (strategy.h), drawn among those whose adversaries the run has.

#ifndef DISTDB_SIM_ADVERSARY_SCHEMES_H_
#define DISTDB_SIM_ADVERSARY_SCHEMES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "core/digest.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/types.h"
#include "sim/adversary/stage.h"
#include "sim/adversary/strategy.h"

namespace distdb::sim {

// The votes that a liar has for one node: a bit per phase and value.
using Votes = uint32_t;

struct Scheme {
  InstanceId id;
  bool is_ours = false;  // The origin is a liar.
  const Strategy* strategy = nullptr;
  // The value that the origin said (first), and the lie.
  std::array<Payload, kValues> payloads;
  std::array<Digest, kValues> digests;
  // Whether digests[0] is known; once an own instance has begun, it is.
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

  // The value that this node is told where nodes are told different ones.
  size_t ValueFor(NodeId to) const { return second.Contains(to) ? 1 : 0; }
};

class Schemes {
 public:
  // Not owned; outlives this.
  explicit Schemes(Stage* stage) : stage_(*stage) {}

  // The scheme of an instance, drawn when it is first asked for.
  Scheme& Find(const InstanceId& id);

  // The next instance of a liar's own stream, with both payloads.
  Scheme& BeginNext(NodeId liar);

  // Takes from a message of the instance what the origin said.
  void Learn(Scheme& scheme, const Message& message) const;

  // Says one of the payloads as a SEND, if it is known.
  void SayPayload(const Scheme& scheme, NodeId liar, NodeId to, size_t which,
                  uint64_t occurrence);

  // In ascending order of instances.
  std::map<InstanceId, Scheme>& all() { return schemes_; }

 private:
  const Strategy* DrawStrategy(const InstanceId& id);
  Payload Forge(const InstanceId& id, uint32_t which);

  Stage& stage_;
  std::map<InstanceId, Scheme> schemes_;
  // The last seq of each liar's own stream.
  std::map<NodeId, Seq> last_seq_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_SCHEMES_H_
