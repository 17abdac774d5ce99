#include "sim/adversary/other_story.h"

#include <iterator>

namespace distdb::sim {

void OtherStory::HandlePeerUp(NodeId liar, NodeId peer, uint64_t channel) {
  if (!stage_.victims().Contains(peer)) return;
  if (openings_[{liar, peer}]++ > kReopeningsMax) return;
  std::map<InstanceId, Scheme>& schemes = schemes_.all();
  auto scheme = schemes.end();
  for (size_t i = 0; i < kInstancesMax && scheme != schemes.begin(); ++i) {
    --scheme;
  }
  for (; scheme != schemes.end(); ++scheme) {
    const auto& [id, played] = *scheme;
    if (!played.known) continue;
    if (played.strategy == &PatientStrategy()) {
      Contradict(played, liar, peer);
    } else if (id.origin == liar) {
      TellOwn(played, liar, peer, channel);
    }
  }
}

void OtherStory::TellOwn(const Scheme& scheme, NodeId liar, NodeId peer,
                         uint64_t channel) {
  const bool is_faithful = scheme.strategy == &FaithfulStrategy();
  const size_t told = is_faithful ? 0 : scheme.ValueFor(peer);
  // Nothing; all as before; the other value; both values.
  uint64_t answer = 1;
  if (stage_.Hardness(AdversaryName::kOtherStory) > 0) {
    answer = stage_.Choose({.decision = Decision::kLieAfterRestart,
                            .from = liar,
                            .to = peer,
                            .instance = scheme.id,
                            .occurrence = channel},
                           4);
  }
  if (is_faithful) answer = 1;
  if (answer == 1) {
    schemes_.SayPayload(scheme, liar, peer, told, channel);
    storyteller_.SayVotesTo(scheme, liar, peer, 1000 + channel);
  }
  if (answer >= 2) {
    stage_.Count(FaultName::kOtherStory);
    schemes_.SayPayload(scheme, liar, peer, 1 - told, channel);
  }
  if (answer == 3) schemes_.SayPayload(scheme, liar, peer, told, channel);
}

void OtherStory::Contradict(const Scheme& scheme, NodeId liar, NodeId peer) {
  stage_.Count(FaultName::kOtherStory);
  for (const MessageKind kind :
       {MessageKind::kSend, MessageKind::kEcho, MessageKind::kReady,
        MessageKind::kDelivered}) {
    const bool is_send = kind == MessageKind::kSend;
    if (is_send && scheme.id.origin != liar) continue;
    Message message{.kind = kind, .instance = scheme.id};
    if (is_send) {
      message.payload = scheme.payloads[1];
    } else {
      message.digest = scheme.digests[1];
    }
    stage_.Say(
        stage_.AboutHeard(Decision::kOtherStoryDelay, liar, peer, message),
        liar, peer, message);
  }
}

}  // namespace distdb::sim
