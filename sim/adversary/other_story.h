// OtherStory: another value for a node that has restarted.
//
// Powers: when a channel to a victim opens again, an origin that lies says to
// it nothing, all as before, the other value, or both. Where the scheme is
// patient, the whole coalition has been faithful so far in that instance,
// whoever its origin is, and now tells this one node, by SEND, ECHO, READY and
// DELIVERED, that it was the other value all along. Speaks of the newest
// kInstancesMax instances only, at each of at most kReopeningsMax openings per
// pair of nodes.

#ifndef DISTDB_SIM_ADVERSARY_OTHER_STORY_H_
#define DISTDB_SIM_ADVERSARY_OTHER_STORY_H_

#include <map>
#include <utility>

#include "sim/adversary/adversary.h"
#include "sim/adversary/schemes.h"
#include "sim/adversary/storyteller.h"

namespace distdb::sim {

class OtherStory : public Adversary {
 public:
  static constexpr size_t kInstancesMax = 16;
  static constexpr uint64_t kReopeningsMax = 8;

  // Not owned; all outlive this.
  OtherStory(Stage* stage, Schemes* schemes, Storyteller* storyteller)
      : Adversary(stage), schemes_(*schemes), storyteller_(*storyteller) {}

  void HandlePeerUp(NodeId liar, NodeId peer, uint64_t channel) override;

 private:
  void TellOwn(const Scheme& scheme, NodeId liar, NodeId peer,
               uint64_t channel);
  void Contradict(const Scheme& scheme, NodeId liar, NodeId peer);

  Schemes& schemes_;
  Storyteller& storyteller_;
  std::map<std::pair<NodeId, NodeId>, uint64_t> openings_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_OTHER_STORY_H_
