// Withholding: silence where a correct node would speak.
//
// Powers: a liar keeps its SEND from some nodes, its ECHO from some, and its
// READY from all but one, each for itself. Together with equivocation, the one
// READY may be for the value of whoever gets it.

#include "sim/adversary/schemes.h"
#include "sim/adversary/strategy.h"

namespace distdb::sim {
namespace {

constexpr AdversaryName kWithholds[] = {AdversaryName::kWithholding};
constexpr AdversaryName kBoth[] = {AdversaryName::kWithholding,
                                   AdversaryName::kEquivocation};

// SENDs to some, no vote.
class Mute : public Strategy {
 public:
  Mute() : Strategy(1, "mute", kWithholds) {}

  uint64_t Sends(Stage& stage, const Scheme& scheme, NodeId liar,
                 NodeId to) const override {
    // With equivocation it may be either value.
    const bool may_split = stage.Hardness(AdversaryName::kEquivocation) > 0;
    const uint64_t values = may_split ? uint64_t{1} << scheme.ValueFor(to) : 1;
    return stage.Choose(AboutSend(scheme, liar, to), 2) == 0 ? values : 0;
  }
  bool WantsVote(Stage&, const Scheme&, NodeId, NodeId, MessageKind,
                 size_t) const override {
    return false;
  }
};

// Few SENDs, few ECHOs, READY to a single node.
class Starve : public Strategy {
 public:
  Starve() : Strategy(6, "starve", kWithholds) {}

  uint64_t Sends(Stage& stage, const Scheme& scheme, NodeId liar,
                 NodeId to) const override {
    return stage.Choose(AboutSend(scheme, liar, to), 2) == 0 ? 1 : 0;
  }
  bool WantsVote(Stage& stage, const Scheme& scheme, NodeId liar, NodeId to,
                 MessageKind phase, size_t which) const override {
    if (which != 0 || phase == MessageKind::kDelivered) return false;
    if (phase == MessageKind::kReady) return to == scheme.chosen;
    return stage.Choose(AboutVote(scheme, liar, to, phase, which), 2) == 1;
  }
};

// One victim gets nothing; the others get the first value and ECHO, and one of
// them READY. Whoever loses its own READY then strands the first.
class Strand : public Strategy {
 public:
  Strand() : Strategy(8, "strand", kWithholds) {}

  uint64_t Sends(Stage& stage, const Scheme& scheme, NodeId,
                 NodeId to) const override {
    return to == Stranded(stage, scheme) ? 0 : 1;
  }
  bool WantsVote(Stage& stage, const Scheme& scheme, NodeId, NodeId to,
                 MessageKind phase, size_t which) const override {
    if (which != 0 || phase == MessageKind::kDelivered) return false;
    if (phase == MessageKind::kReady) return to == scheme.chosen;
    return to != Stranded(stage, scheme);
  }

 private:
  // The victim after the chosen one.
  static NodeId Stranded(const Stage& stage, const Scheme& scheme) {
    for (const NodeId victim : stage.victims()) {
      if (scheme.chosen < victim) return victim;
    }
    return *stage.victims().begin();
  }
};

// Each node gets one of the two values, and ECHO for it; READY to a single
// node.
class OneReady : public Strategy {
 public:
  OneReady() : Strategy(5, "one-ready", kBoth) {}

  uint64_t Sends(Stage&, const Scheme& scheme, NodeId,
                 NodeId to) const override {
    return uint64_t{1} << scheme.ValueFor(to);
  }
  bool WantsVote(Stage& stage, const Scheme& scheme, NodeId liar, NodeId to,
                 MessageKind phase, size_t which) const override {
    if (phase == MessageKind::kDelivered) return false;
    if (scheme.ValueFor(to) != which) return false;
    if (phase == MessageKind::kReady) return to == scheme.chosen;
    return !stage.Chance(AboutVote(scheme, liar, to, phase, which), 250);
  }
};

}  // namespace

const Strategy& MuteStrategy() {
  static const Mute strategy;
  return strategy;
}

const Strategy& StarveStrategy() {
  static const Starve strategy;
  return strategy;
}

const Strategy& StrandStrategy() {
  static const Strand strategy;
  return strategy;
}

const Strategy& OneReadyStrategy() {
  static const OneReady strategy;
  return strategy;
}

}  // namespace distdb::sim
