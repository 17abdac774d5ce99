#include "sim/adversary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/store/batch.h"

namespace distdb::sim {
namespace {

constexpr MessageKind kPhases[] = {MessageKind::kEcho, MessageKind::kReady,
                                   MessageKind::kDelivered};
constexpr size_t kValues = 2;
// A persistent liar says its votes again at most so often to each node.
constexpr uint64_t kResendsMax = 12;

uint32_t VoteBit(size_t phase, size_t which) {
  return uint32_t{1} << (phase * kValues + which);
}

// From no delay at all to 200 ms, most of them short.
Duration LieDelay(uint64_t answer) {
  constexpr Duration kUnits[] = {0, kMicrosecond, 20 * kMicrosecond,
                                 200 * kMicrosecond};
  return kUnits[answer / 1000] * static_cast<Duration>(answer % 1000);
}
constexpr uint64_t kLieDelays = 4000;

}  // namespace

Adversary::Adversary(const Plan* plan, Chooser* chooser,
                     const Digester* digester, FaultCounters* faults)
    : plan_(plan),
      chooser_(chooser),
      digester_(digester),
      faults_(faults),
      victims_(plan->Honest()) {}

void Adversary::Say(const About& about, NodeId liar, NodeId to,
                    const Message& message, std::vector<Lie>& lies) {
  const uint64_t answer = chooser_->Choose(about, kLieDelays);
  lies.push_back(
      {.liar = liar, .to = to, .after = LieDelay(answer), .message = message});
}

Adversary::Scheme& Adversary::Find(const InstanceId& id) {
  const auto [found, is_new] = schemes_.try_emplace(id);
  Scheme& scheme = found->second;
  if (!is_new) return scheme;
  static constexpr Option kStrategies[] = {
      {0, "faithful"}, {1, "mute"},      {2, "split"}, {3, "scatter"},
      {4, "double"},   {5, "one-ready"}, {6, "starve"}};
  scheme.id = id;
  scheme.is_ours = plan_->liars.Contains(id.origin);
  About about{.instance = id};
  about.decision = Decision::kStrategy;
  scheme.strategy =
      static_cast<Strategy>(chooser_->ChooseNamed(about, kStrategies));
  about.decision = Decision::kPersistent;
  scheme.persistent =
      scheme.strategy == Strategy::kFaithful || chooser_->Chance(about, 300);
  about.decision = Decision::kLieRepeats;
  const uint64_t repeats = chooser_->Choose(about, 8);
  scheme.repeats = repeats < 5 ? 0 : repeats - 4;
  about.decision = Decision::kChosenNode;
  uint64_t chosen =
      chooser_->Choose(about, static_cast<uint64_t>(victims_.size()));
  about.decision = Decision::kVariant;
  for (const NodeId victim : victims_) {
    if (chosen-- == 0) scheme.chosen = victim;
    about.to = victim;
    if (chooser_->Choose(about, kValues) == 1) scheme.second.Insert(victim);
  }
  scheme.payloads[1] = Forge(id, 1);
  scheme.digests[1] = digester_->Compute(id, scheme.payloads[1].bytes());
  return scheme;
}

Payload Adversary::Forge(const InstanceId& id, uint32_t which) {
  if (which == 1) {
    const About about{.decision = Decision::kMalformed, .instance = id};
    if (chooser_->Chance(about, 60)) return Payload("no batch");
  }
  BatchBuilder builder;
  builder.Add({.kind = MutationKind::kPut,
               .key = "k0",
               .value = absl::StrCat("lie-", id.origin.value(), "-",
                                     id.seq.value(), "-", which)});
  // Mostly what a clock would say; else the first or the last there is.
  const uint64_t stamps[] = {
      1'700'000'000'000'000'000 + id.seq.value() * 1000 + which,
      1'700'000'000'000'000'000 + id.seq.value() * 1000 + which, 1,
      ~uint64_t{0}};
  const uint64_t stamp = stamps[chooser_->Choose(
      {.decision = Decision::kLieStamp, .instance = id, .occurrence = which},
      std::size(stamps))];
  return Payload(builder.Build(Timestamp(stamp)));
}

void Adversary::Equivocate(NodeId liar, std::vector<Lie>& lies) {
  Seq& last = last_seq_[liar];
  ++last;
  Scheme& scheme = Find({plan_->config.epoch, liar, last});
  if (!scheme.known) {
    scheme.payloads[0] = Forge(scheme.id, 0);
    scheme.digests[0] =
        digester_->Compute(scheme.id, scheme.payloads[0].bytes());
    scheme.known = true;
  }
  SaySends(scheme, liar, lies);
  SayAllVotes(scheme, lies);
}

void Adversary::SayPayload(const Scheme& scheme, NodeId liar, NodeId to,
                           size_t which, uint64_t occurrence,
                           std::vector<Lie>& lies) {
  Say({.decision = Decision::kLieSendDelay,
       .from = liar,
       .to = to,
       .message = MessageKind::kSend,
       .instance = scheme.id,
       .digest_class = static_cast<uint32_t>(which),
       .occurrence = occurrence},
      liar, to,
      {.kind = MessageKind::kSend,
       .instance = scheme.id,
       .digest = {},
       .payload = scheme.payloads[which]},
      lies);
}

void Adversary::SaySends(const Scheme& scheme, NodeId liar,
                         std::vector<Lie>& lies) {
  bool said[kValues] = {false, false};
  for (const NodeId to : victims_) {
    const size_t variant = scheme.second.Contains(to) ? 1 : 0;
    // The first bit: the first value; the second bit: the second.
    uint64_t values = uint64_t{1} << variant;
    const About about{.decision = Decision::kLieSend,
                      .from = liar,
                      .to = to,
                      .instance = scheme.id};
    switch (scheme.strategy) {
      case Strategy::kFaithful:
        values = 1;
        break;
      case Strategy::kScatter:
        values = chooser_->Choose(about, 4);
        break;
      case Strategy::kMute:
        values = chooser_->Choose(about, 2) == 0 ? values : 0;
        break;
      case Strategy::kStarve:
        values = chooser_->Choose(about, 2) == 0 ? 1 : 0;
        break;
      case Strategy::kSplit:
      case Strategy::kDouble:
      case Strategy::kOneReady:
        break;
    }
    for (size_t which = 0; which < kValues; ++which) {
      if ((values >> which & 1) == 0) continue;
      SayPayload(scheme, liar, to, which, 0, lies);
      said[which] = true;
    }
  }
  if (said[0] && said[1]) faults_->Count(FaultName::kEquivocation);
}

bool Adversary::WantsVote(const Scheme& scheme, NodeId liar, NodeId to,
                          MessageKind phase, size_t which) {
  const bool is_echo = phase == MessageKind::kEcho;
  const bool is_told = (scheme.second.Contains(to) ? 1u : 0u) == which;
  const bool is_chosen = to == scheme.chosen;
  const About about{.decision = Decision::kLieVote,
                    .from = liar,
                    .to = to,
                    .message = phase,
                    .instance = scheme.id,
                    .digest_class = static_cast<uint32_t>(which)};
  if (scheme.strategy == Strategy::kScatter) {
    return chooser_->Choose(about, 2) == 1;
  }
  if (phase == MessageKind::kDelivered) return false;
  switch (scheme.strategy) {
    case Strategy::kFaithful:
      return which == 0;
    case Strategy::kDouble:
      return true;
    case Strategy::kSplit:
      return is_told && !chooser_->Chance(about, 60);
    case Strategy::kOneReady:
      if (!is_echo) return is_chosen && is_told;
      return is_told && !chooser_->Chance(about, 250);
    case Strategy::kStarve:
      if (!is_echo) return is_chosen && which == 0;
      return which == 0 && chooser_->Choose(about, 2) == 1;
    case Strategy::kMute:
    case Strategy::kScatter:
      break;
  }
  return false;
}

void Adversary::SayAllVotes(Scheme& scheme, std::vector<Lie>& lies) {
  if (scheme.has_voted || !scheme.known) return;
  scheme.has_voted = true;
  for (const NodeId liar : plan_->liars) {
    for (const NodeId to : victims_) {
      Votes votes = 0;
      for (size_t phase = 0; phase < std::size(kPhases); ++phase) {
        for (size_t which = 0; which < kValues; ++which) {
          if (WantsVote(scheme, liar, to, kPhases[phase], which)) {
            votes |= VoteBit(phase, which);
          }
        }
      }
      if (votes == 0) continue;
      scheme.votes[{liar, to}] = votes;
      for (uint64_t i = 0; i <= scheme.repeats; ++i) {
        SayVotesTo(scheme, liar, to, i, lies);
      }
    }
  }
}

void Adversary::SayVotesTo(const Scheme& scheme, NodeId liar, NodeId to,
                           uint64_t occurrence, std::vector<Lie>& lies) {
  const auto found = scheme.votes.find({liar, to});
  if (found == scheme.votes.end()) return;
  for (size_t phase = 0; phase < std::size(kPhases); ++phase) {
    for (size_t which = 0; which < kValues; ++which) {
      if ((found->second & VoteBit(phase, which)) == 0) continue;
      Say({.decision = Decision::kLieDelay,
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
           .payload = {}},
          lies);
    }
  }
}

void Adversary::Learn(Scheme& scheme, const Message& message) {
  const bool has_payload = CarriesPayload(message.kind);
  const Digest digest =
      has_payload ? digester_->Compute(scheme.id, message.payload.bytes())
                  : message.digest;
  if (!scheme.known) {
    scheme.known = true;
    scheme.digests[0] = digest;
  }
  if (has_payload && digest == scheme.digests[0]) {
    scheme.payloads[0] = message.payload;
  }
}

void Adversary::HandleMessage(NodeId liar, NodeId from, const Message& message,
                              std::vector<Lie>& lies) {
  switch (message.kind) {
    case MessageKind::kHello:
      for (const NodeId origin : NodeSet::FirstN(plan_->nodes())) {
        ClaimWatermark(liar, from, {plan_->config.epoch, origin, Seq(0)}, lies);
      }
      return;
    case MessageKind::kWatermark:
      return ClaimWatermark(liar, from, message.instance, lies);
    case MessageKind::kPull:
      return HandlePull(liar, from, message, lies);
    default:
      return HandleInstanceMessage(liar, from, message, lies);
  }
}

void Adversary::HandleInstanceMessage(NodeId liar, NodeId from,
                                      const Message& message,
                                      std::vector<Lie>& lies) {
  Scheme& scheme = Find(message.instance);
  Learn(scheme, message);
  if (!scheme.has_voted) {
    SayAllVotes(scheme, lies);
    // In other origins' streams, too, it may say a payload of its own.
    if (scheme.is_ours) return;
    for (const NodeId to : victims_) {
      const About about{.decision = Decision::kForgedSend,
                        .from = liar,
                        .to = to,
                        .instance = scheme.id};
      if (chooser_->Chance(about, 50)) {
        SayPayload(scheme, liar, to, 1, 0, lies);
      }
    }
    return;
  }
  if (!scheme.persistent) return;
  uint64_t& resends = scheme.resends[{liar, from}];
  if (resends >= kResendsMax) return;
  ++resends;
  SayVotesTo(scheme, liar, from, scheme.repeats + resends, lies);
}

void Adversary::HandlePull(NodeId liar, NodeId from, const Message& pull,
                           std::vector<Lie>& lies) {
  const Scheme& scheme = Find(pull.instance);
  About about{.decision = Decision::kLieAnswer,
              .from = liar,
              .to = from,
              .message = MessageKind::kPull,
              .instance = pull.instance};
  about.occurrence = occurrences_.Count(FingerprintOf(about));
  // The payload that is asked for, the other one, or nothing.
  const uint64_t answer = chooser_->Choose(about, 3);
  if (answer == 2) return;
  const size_t asked = pull.digest == scheme.digests[1] ? 1 : 0;
  const size_t which = answer == 0 ? asked : 1 - asked;
  if (!scheme.payloads[which].has_value()) return;
  about.message = MessageKind::kPayload;
  about.decision = Decision::kLieDelay;
  Say(about, liar, from,
      {.kind = MessageKind::kPayload,
       .instance = pull.instance,
       .digest = {},
       .payload = scheme.payloads[which]},
      lies);
}

void Adversary::ClaimWatermark(NodeId liar, NodeId to, const InstanceId& heard,
                               std::vector<Lie>& lies) {
  About about{.decision = Decision::kLieWatermark,
              .from = liar,
              .to = to,
              .message = MessageKind::kWatermark,
              .instance = heard};
  about.occurrence = occurrences_.Count(FingerprintOf(about));
  // Nothing, what it heard, too little, a little or far too much.
  static constexpr int64_t kTooMuch[] = {0, 0, -1, 3, 1'000'000};
  const uint64_t answer = chooser_->Choose(about, std::size(kTooMuch) + 1);
  if (answer == 0) return;
  const int64_t claimed =
      static_cast<int64_t>(heard.seq.value()) + kTooMuch[answer - 1];
  InstanceId claim = heard;
  claim.seq = Seq(static_cast<uint64_t>(std::max<int64_t>(claimed, 0)));
  about.decision = Decision::kLieDelay;
  Say(about, liar, to,
      {.kind = MessageKind::kWatermark,
       .instance = claim,
       .digest = {},
       .payload = {}},
      lies);
}

void Adversary::HandlePeerUp(NodeId liar, NodeId peer, uint64_t occurrence,
                             std::vector<Lie>& lies) {
  if (!plan_->liars_improvise || !victims_.Contains(peer)) return;
  for (auto& [id, scheme] : schemes_) {
    if (id.origin != liar) continue;
    const About about{.decision = Decision::kLieAfterRestart,
                      .from = liar,
                      .to = peer,
                      .instance = id,
                      .occurrence = occurrence};
    const size_t told = scheme.second.Contains(peer) ? 1 : 0;
    // Nothing; all as before; the other value; both values.
    uint64_t answer = chooser_->Choose(about, 4);
    if (scheme.strategy == Strategy::kFaithful) answer = 1;
    if (answer == 1) {
      const bool is_faithful = scheme.strategy == Strategy::kFaithful;
      SayPayload(scheme, liar, peer, is_faithful ? 0 : told, occurrence, lies);
      SayVotesTo(scheme, liar, peer, 1000 + occurrence, lies);
    }
    if (answer >= 2) {
      SayPayload(scheme, liar, peer, 1 - told, occurrence, lies);
    }
    if (answer == 3) SayPayload(scheme, liar, peer, told, occurrence, lies);
  }
}

}  // namespace distdb::sim
