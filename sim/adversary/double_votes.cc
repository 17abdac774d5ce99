// Double votes: one node, one phase, one instance, two digests.
//
// Powers: a liar says ECHO and READY for both values, to everyone; or, together
// with equivocation and withholding, every SEND and every vote, DELIVERED too,
// is drawn alone: either, both or none, to each node.

#include "sim/adversary/schemes.h"
#include "sim/adversary/strategy.h"

namespace distdb::sim {
namespace {

constexpr AdversaryName kDoubles[] = {AdversaryName::kDoubleVotes};
constexpr AdversaryName kAll[] = {AdversaryName::kDoubleVotes,
                                  AdversaryName::kEquivocation,
                                  AdversaryName::kWithholding};

// All votes for both values to everyone.
class Double : public Strategy {
 public:
  Double() : Strategy(4, "double", kDoubles) {}

  uint64_t Sends(Stage& stage, const Scheme& scheme, NodeId,
                 NodeId to) const override {
    const bool may_split = stage.Hardness(AdversaryName::kEquivocation) > 0;
    return may_split ? uint64_t{1} << scheme.ValueFor(to) : 1;
  }
  bool WantsVote(Stage&, const Scheme&, NodeId, NodeId, MessageKind phase,
                 size_t) const override {
    return phase != MessageKind::kDelivered;
  }
};

// Every vote for every value to every node: drawn alone.
class Scatter : public Strategy {
 public:
  Scatter() : Strategy(3, "scatter", kAll) {}

  uint64_t Sends(Stage& stage, const Scheme& scheme, NodeId liar,
                 NodeId to) const override {
    return stage.Choose(AboutSend(scheme, liar, to), 4);
  }
  bool WantsVote(Stage& stage, const Scheme& scheme, NodeId liar, NodeId to,
                 MessageKind phase, size_t which) const override {
    return stage.Choose(AboutVote(scheme, liar, to, phase, which), 2) == 1;
  }
};

}  // namespace

const Strategy& DoubleStrategy() {
  static const Double strategy;
  return strategy;
}

const Strategy& ScatterStrategy() {
  static const Scatter strategy;
  return strategy;
}

}  // namespace distdb::sim
