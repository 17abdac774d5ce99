#include "sim/adversary/strategy.h"

#include <algorithm>

#include "sim/adversary/schemes.h"

namespace distdb::sim {
namespace {

constexpr AdversaryName kOtherStory[] = {AdversaryName::kOtherStory};

// As a correct node, as far as anyone can tell.
class Honest : public Strategy {
 public:
  using Strategy::Strategy;

  uint64_t Sends(Stage&, const Scheme&, NodeId, NodeId) const override {
    return 1;
  }
  bool WantsVote(Stage&, const Scheme&, NodeId, NodeId, MessageKind phase,
                 size_t which) const override {
    return which == 0 && phase != MessageKind::kDelivered;
  }
};

}  // namespace

bool Strategy::IsPossible(const AdversarySet& adversaries) const {
  return std::all_of(needs_.begin(), needs_.end(),
                     [&](AdversaryName name) { return adversaries.Has(name); });
}

const Strategy& FaithfulStrategy() {
  static const Honest strategy(0, "faithful", {});
  return strategy;
}

const Strategy& PatientStrategy() {
  static const Honest strategy(7, "patient", kOtherStory);
  return strategy;
}

About AboutSend(const Scheme& scheme, NodeId liar, NodeId to) {
  return {.decision = Decision::kLieSend,
          .from = liar,
          .to = to,
          .instance = scheme.id};
}

About AboutVote(const Scheme& scheme, NodeId liar, NodeId to, MessageKind phase,
                size_t which) {
  return {.decision = Decision::kLieVote,
          .from = liar,
          .to = to,
          .message = phase,
          .instance = scheme.id,
          .digest_class = static_cast<uint32_t>(which)};
}

}  // namespace distdb::sim
