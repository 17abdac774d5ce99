// Equivocation: two values in one instance.
//
// Powers: in its own stream a liar sends one of two payloads to each node, so
// that any subset is told the second; in any instance each node is told, by
// ECHO and READY, that the liars are for its value.

#include "sim/adversary/schemes.h"
#include "sim/adversary/strategy.h"

namespace distdb::sim {
namespace {

constexpr AdversaryName kNeeds[] = {AdversaryName::kEquivocation};

// Each node gets one of the two values, and votes for it.
class Split : public Strategy {
 public:
  Split() : Strategy(2, "split", kNeeds) {}

  uint64_t Sends(Stage&, const Scheme& scheme, NodeId,
                 NodeId to) const override {
    return uint64_t{1} << scheme.ValueFor(to);
  }
  bool WantsVote(Stage& stage, const Scheme& scheme, NodeId liar, NodeId to,
                 MessageKind phase, size_t which) const override {
    if (phase == MessageKind::kDelivered) return false;
    if (scheme.ValueFor(to) != which) return false;
    return !stage.Chance(AboutVote(scheme, liar, to, phase, which), 60);
  }
};

}  // namespace

const Strategy& SplitStrategy() {
  static const Split strategy;
  return strategy;
}

}  // namespace distdb::sim
