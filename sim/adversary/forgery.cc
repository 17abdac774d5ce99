#include "sim/adversary/forgery.h"

namespace distdb::sim {
namespace {

// By hardness: in how many of 1000 instances votes are forged.
constexpr uint64_t kVotesPerMille[] = {0, 100, 250, 500};
constexpr uint64_t kSendPerMille = 80;

}  // namespace

void Forgery::HandleMessage(NodeId liar, NodeId, const Message& message) {
  if (message.instance.seq == Seq(0) ||
      message.kind == MessageKind::kWatermark) {
    return;
  }
  if (!heard_.insert(message.instance).second) return;
  const Scheme& scheme = schemes_.Find(message.instance);
  if (!scheme.is_ours) ForgeSends(scheme, liar);
  const uint64_t per_mille =
      kVotesPerMille[stage_.Hardness(AdversaryName::kForgery)];
  About about{.decision = Decision::kForgedVotes, .instance = message.instance};
  if (!stage_.Chance(about, per_mille)) return;
  // Here, or ahead: in the window, at its edge and beyond.
  about.decision = Decision::kForgedAhead;
  InstanceId id = message.instance;
  const uint64_t window = stage_.plan().config.window;
  id.seq = Seq(id.seq.value() + stage_.Choose(about, 2 * window + 1));
  ForgeVotes(id);
}

void Forgery::ForgeSends(const Scheme& scheme, NodeId liar) {
  for (const NodeId to : stage_.victims()) {
    const About about{.decision = Decision::kForgedSend,
                      .from = liar,
                      .to = to,
                      .instance = scheme.id};
    if (forged_ >= kForgeriesMax) return;
    if (!stage_.Chance(about, kSendPerMille)) continue;
    ++forged_;
    stage_.Count(FaultName::kForgery);
    schemes_.SayPayload(scheme, liar, to, 1, 0);
  }
}

void Forgery::ForgeVotes(const InstanceId& id) {
  const Digest digest = stage_.MadeUpDigest(id, 0);
  for (const NodeId liar : stage_.liars()) {
    for (const NodeId to : stage_.victims()) {
      for (const MessageKind phase :
           {MessageKind::kEcho, MessageKind::kReady}) {
        if (forged_ >= kForgeriesMax) return;
        const About about = stage_.Again({.decision = Decision::kForgedDelay,
                                          .from = liar,
                                          .to = to,
                                          .message = phase,
                                          .instance = id});
        ++forged_;
        stage_.Count(FaultName::kForgery);
        stage_.Say(about, liar, to,
                   {.kind = phase, .instance = id, .digest = digest});
      }
    }
  }
}

}  // namespace distdb::sim
