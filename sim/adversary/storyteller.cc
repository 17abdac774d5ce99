#include "sim/adversary/storyteller.h"

#include <iterator>

namespace distdb::sim {
namespace {

constexpr MessageKind kPhases[] = {MessageKind::kEcho, MessageKind::kReady,
                                   MessageKind::kDelivered};

Votes VoteBit(size_t phase, size_t which) {
  return Votes{1} << (phase * kValues + which);
}

// Whether these are votes of one phase for two values.
bool AreDouble(Votes votes) {
  for (size_t phase = 0; phase < std::size(kPhases); ++phase) {
    const Votes both = VoteBit(phase, 0) | VoteBit(phase, 1);
    if ((votes & both) == both) return true;
  }
  return false;
}

}  // namespace

void Storyteller::HandleTurn(NodeId liar) {
  Scheme& scheme = schemes_.BeginNext(liar);
  SaySends(scheme, liar);
  SayAllVotes(scheme);
}

void Storyteller::HandleMessage(NodeId liar, NodeId from,
                                const Message& message) {
  if (!CarriesDigest(message.kind) && !CarriesPayload(message.kind)) return;
  if (message.kind == MessageKind::kPull) return;
  Scheme& scheme = schemes_.Find(message.instance);
  schemes_.Learn(scheme, message);
  if (!scheme.has_voted) return SayAllVotes(scheme);
  if (!scheme.persistent) return;
  uint64_t& resends = scheme.resends[{liar, from}];
  if (resends >= kResendsMax) return;
  ++resends;
  SayVotesTo(scheme, liar, from, scheme.repeats + resends);
}

void Storyteller::SaySends(const Scheme& scheme, NodeId liar) {
  bool said[kValues] = {false, false};
  for (const NodeId to : stage_.victims()) {
    const uint64_t values = scheme.strategy->Sends(stage_, scheme, liar, to);
    if (values == 0) stage_.Count(FaultName::kWithholding);
    for (size_t which = 0; which < kValues; ++which) {
      if ((values >> which & 1) == 0) continue;
      schemes_.SayPayload(scheme, liar, to, which, 0);
      said[which] = true;
    }
  }
  if (said[0] && said[1]) stage_.Count(FaultName::kEquivocation);
}

Votes Storyteller::ChooseVotes(const Scheme& scheme, NodeId liar, NodeId to) {
  Votes votes = 0;
  for (size_t phase = 0; phase < std::size(kPhases); ++phase) {
    for (size_t which = 0; which < kValues; ++which) {
      if (scheme.strategy->WantsVote(stage_, scheme, liar, to, kPhases[phase],
                                     which)) {
        votes |= VoteBit(phase, which);
      }
    }
  }
  return votes;
}

void Storyteller::SayAllVotes(Scheme& scheme) {
  if (scheme.has_voted || !scheme.known) return;
  scheme.has_voted = true;
  for (const NodeId liar : stage_.liars()) {
    Votes said = 0;
    for (const NodeId to : stage_.victims()) {
      const Votes votes = ChooseVotes(scheme, liar, to);
      said |= votes;
      if (votes == 0) {
        stage_.Count(FaultName::kWithholding);
        continue;
      }
      scheme.votes[{liar, to}] = votes;
      for (uint64_t i = 0; i <= scheme.repeats; ++i) {
        SayVotesTo(scheme, liar, to, i);
      }
    }
    if (AreDouble(said)) stage_.Count(FaultName::kDoubleVote);
  }
}

void Storyteller::SayVotesTo(const Scheme& scheme, NodeId liar, NodeId to,
                             uint64_t occurrence) {
  const auto found = scheme.votes.find({liar, to});
  if (found == scheme.votes.end()) return;
  for (size_t phase = 0; phase < std::size(kPhases); ++phase) {
    for (size_t which = 0; which < kValues; ++which) {
      if ((found->second & VoteBit(phase, which)) == 0) continue;
      stage_.Say({.decision = Decision::kLieDelay,
                  .from = liar,
                  .to = to,
                  .message = kPhases[phase],
                  .instance = scheme.id,
                  .digest_class = static_cast<uint32_t>(which),
                  .occurrence = occurrence},
                 liar, to,
                 {.kind = kPhases[phase],
                  .instance = scheme.id,
                  .digest = scheme.digests[which],
                  .payload = {}});
    }
  }
}

}  // namespace distdb::sim
