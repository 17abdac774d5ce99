// Watermarks, and what is sent again. Everything here follows from state: the
// votes and deliveries that this node has on disk, and the watermarks that its
// peers have told.

#include <algorithm>
#include <limits>

#include "core/bracha/engine.h"
#include "core/mutant.h"

namespace distdb::bracha {

void Engine::HandleWatermark(NodeId from, const InstanceId& id,
                             Effects& effects) {
  Peer& state = peers_[from.value()];
  const bool had_told = state.HasTold(id.origin);
  const Seq old_end = WindowEnd(from, id.origin);
  if (!state.HearWatermark(id.origin, id.seq)) return;
  MaybeCollect(id.origin, effects);
  // On the first word, all that it lacks; later, what its window has gained.
  // Never more than a window of it, whatever a liar tells.
  const Seq watermark = state.watermark(id.origin);
  const Seq after = had_told ? std::max(old_end, watermark) : watermark;
  Resend(from, id.origin, after, WindowEnd(from, id.origin), effects);
}

void Engine::ResendTo(NodeId peer, Effects& effects) {
  Peer& state = peers_[peer.value()];
  if (Mutated(Mutant::kNoRetransmission)) return state.Disarm();
  bool owed = false;
  if (!state.HasToldAll() || LacksRoom()) {
    owed = true;
    effects.send.push_back({NodeSet::Of(peer), {.kind = MessageKind::kHello}});
  }
  for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
    const bool stuck = state.IsStuck(origin);
    if (!IsLagging(peer, origin)) continue;
    owed = true;
    const bool early =
        RareHappens(RareEvent::kResendEarly, IdOf(origin, Seq(0)));
    if ((!stuck && !early) || !state.HasTold(origin)) continue;
    Resend(peer, origin, state.watermark(origin), WindowEnd(peer, origin),
           effects);
  }
  if (owed && !Mutated(Mutant::kResendOnce)) {
    state.BackOff(now_, config_.resend_interval, config_.resend_interval_max);
  } else {
    state.Disarm();
  }
}

void Engine::Resend(NodeId peer, NodeId origin, Seq after, Seq last,
                    Effects& effects) {
  const Stream& stream = StreamOf(origin);
  const NodeSet to = NodeSet::Of(peer);
  last = std::min(last, stream.top());
  if (after >= last) return;
  for (Seq seq = std::max(after + 1, stream.floor()); seq <= last; ++seq) {
    const InstanceId id = IdOf(origin, seq);
    if (seq < stream.low()) {
      if (Mutated(Mutant::kOnlyUndeliveredResent)) continue;
      effects.send.push_back({to,
                              {.kind = MessageKind::kDelivered,
                               .instance = id,
                               .digest = stream.ArchivedAt(seq).digest}});
      continue;
    }
    // Votes wait for their records, which a full disk has not taken.
    if (journal_.full()) return;
    std::vector<Envelope>& send = Mutated(Mutant::kResendNotDurable)
                                      ? effects.send
                                      : effects.send_after_persist;
    const Slot& slot = stream.At(seq);
    const Digest* echoed = slot.instance.echoed();
    const Digest* readied = slot.instance.readied();
    if (readied == nullptr && Mutated(Mutant::kResendInvents)) readied = echoed;
    if (echoed != nullptr) {
      // Whoever has echoed the own payload has it. Whoever has only readied
      // it may not, and its ECHO may be the one that the others wait for.
      const bool needs_payload = origin == config_.self &&
                                 !Mutated(Mutant::kSendNotResent) &&
                                 !slot.instance.Echoers(*echoed).Contains(peer);
      if (needs_payload) {
        send.push_back({to,
                        {.kind = MessageKind::kSend,
                         .instance = id,
                         .payload = slot.echoed_payload}});
      }
      send.push_back(
          {to,
           {.kind = MessageKind::kEcho, .instance = id, .digest = *echoed}});
    }
    if (readied != nullptr) {
      send.push_back(
          {to,
           {.kind = MessageKind::kReady, .instance = id, .digest = *readied}});
    }
  }
}

void Engine::TellWatermark(NodeId origin, Effects& effects) {
  Stream& stream = StreamOf(origin);
  const Seq told = Mutated(Mutant::kWatermarkTooEarly) ? stream.next() - 1
                                                       : stream.watermark();
  if (!stream.untold.empty()) {
    effects.send.push_back(
        {stream.untold,
         {.kind = MessageKind::kWatermark, .instance = IdOf(origin, told)}});
  }
  stream.untold = NodeSet();
  stream.told = stream.watermark();
}

void Engine::TellWatermarks(Effects& effects) {
  for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
    TellWatermark(origin, effects);
  }
  tell_at_ = kNever;
}

void Engine::NeedToTell(NodeId origin, NodeSet peers) {
  if (peers.empty()) return;
  Stream& stream = StreamOf(origin);
  stream.untold = stream.untold | peers;
  tell_at_ = std::min(tell_at_, now_ + config_.watermark_interval);
}

void Engine::ArmResends() {
  for (const NodeId peer : others_) {
    Peer& state = peers_[peer.value()];
    if (state.up()) state.Arm(now_, config_.resend_interval);
  }
}

bool Engine::IsLagging(NodeId peer, NodeId origin) const {
  return peers_[peer.value()].watermark(origin) < StreamOf(origin).top();
}

Seq Engine::WindowEnd(NodeId peer, NodeId origin) const {
  const Seq watermark = peers_[peer.value()].watermark(origin);
  // A liar may tell anything; it must not overflow.
  constexpr Seq kLargest{std::numeric_limits<uint64_t>::max()};
  if (kLargest - watermark < config_.window ||
      Mutated(Mutant::kPeerWindowIgnored)) {
    return kLargest;
  }
  return watermark + config_.window;
}

NodeSet Engine::PeersWithWindow(const InstanceId& id) const {
  NodeSet peers;
  for (const NodeId peer : others_) {
    if (id.seq <= WindowEnd(peer, id.origin)) peers.Insert(peer);
  }
  return peers;
}

}  // namespace distdb::bracha
