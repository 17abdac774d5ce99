// Payloads that votes name: asking for the ones this node lacks, and answering
// peers that ask. Anyone may answer: the digest is the proof.
//
// One peer at a time is asked for a payload, another one each time, and each
// time after twice as long as the time before: liars that do not answer cost
// time, not traffic. At most the open instances are asked for.

#include <algorithm>
#include <utility>

#include "core/bracha/engine.h"
#include "core/mutant.h"

namespace distdb::bracha {
namespace {

// The `turn`-th of `nodes`, going round.
NodeId PickInTurn(NodeSet nodes, uint64_t turn) {
  uint64_t skip = turn % nodes.size();
  for (const NodeId node : nodes) {
    if (skip == 0) return node;
    --skip;
  }
  return *nodes.begin();
}

// `first`, doubled `times` times, at most `largest`.
Duration BackOff(Duration first, uint32_t times, Duration largest) {
  while (times > 0 && first < largest) {
    first *= 2;
    --times;
  }
  return std::min(first, largest);
}

}  // namespace

void Engine::MaybePull(const InstanceId& id, Effects& effects) {
  Stream& stream = StreamOf(id.origin);
  Slot& slot = stream.At(id.seq);
  const bool is_missing =
      slot.instance.decided() != nullptr && !slot.DecidedPayload().has_value();
  if (!is_missing || slot.pulls > 0) return;
  if (!stream.HasRoom(id.seq, config_.payload_bytes_max,
                      config_.window_bytes_max)) {
    return;
  }
  slot.pulls = 1;
  // The origin's SEND may be on its way still and gets a little time, unless
  // someone has long delivered it.
  slot.pull_at = now_ + config_.watermark_interval;
  pull_at_ = std::min(pull_at_, slot.pull_at);
  const Digest& decided = *slot.instance.decided();
  if (!slot.instance.Claimants(decided).empty() ||
      RareHappens(RareEvent::kPullAtOnce, id)) {
    SendPull(id, slot, effects);
  }
}

void Engine::SendPull(const InstanceId& id, Slot& slot, Effects& effects) {
  const Digest& digest = *slot.instance.decided();
  slot.pull_at = now_ + BackOff(config_.resend_interval, slot.pulls - 1,
                                config_.resend_interval_max);
  // Who has only readied it may lack it, too. Those who have it say so sooner
  // or later: votes are sent again to who lags.
  NodeSet peers = slot.instance.Holders(digest) & others_;
  if (peers.empty()) peers = slot.instance.Supporters(digest) & others_;
  if (peers.empty()) return;
  // Starting with another one for each seq spreads the load.
  const uint32_t turn = Mutated(Mutant::kPullsFromOne) ? 0 : slot.pulls;
  const NodeId peer = PickInTurn(peers, id.seq.value() + turn);
  ++slot.pulls;
  effects.send.push_back(
      {NodeSet::Of(peer),
       {.kind = MessageKind::kPull, .instance = id, .digest = digest}});
}

void Engine::RetryPulls(Effects& effects) {
  Time next = kNever;
  for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
    Stream& stream = StreamOf(origin);
    for (Seq seq = stream.next(); stream.InWindow(seq); ++seq) {
      Slot& slot = stream.At(seq);
      if (slot.pulls == 0) continue;
      const bool repeats = slot.pulls > 1 && Mutated(Mutant::kPullsOnce);
      if (now_ >= slot.pull_at && !repeats)
        SendPull(IdOf(origin, seq), slot, effects);
      next = std::min(next, slot.pull_at);
    }
  }
  // Looking at all slots is not for every moment.
  const Time soon = now_ + config_.watermark_interval;
  pull_at_ = next == kNever ? kNever : std::max(next, soon);
}

void Engine::HandlePull(NodeId from, const Message& message, Effects& effects) {
  const InstanceId& id = message.instance;
  if (RareHappens(RareEvent::kIgnorePull, id)) return;
  const Stream& stream = StreamOf(id.origin);
  Payload payload;
  if (stream.InWindow(id.seq)) {
    const Slot& slot = stream.At(id.seq);
    const Digest* echoed = slot.instance.echoed();
    const Digest* decided = slot.instance.decided();
    if (echoed != nullptr && *echoed == message.digest) {
      payload = slot.echoed_payload;
    } else if (decided != nullptr && *decided == message.digest) {
      payload = slot.pulled_payload;
    }
  } else if (id.seq >= stream.floor() && id.seq < stream.low() &&
             !Mutated(Mutant::kDeliveredNotServed)) {
    const Archived& archived = stream.ArchivedAt(id.seq);
    if (archived.digest != message.digest) return;
    payload = archived.payload;
    if (!payload.has_value() && loads_.Ask(from, archived.token)) {
      effects.load.push_back(archived.token);
    }
  }
  if (!payload.has_value()) return;
  effects.send.push_back({NodeSet::Of(from),
                          {.kind = MessageKind::kPayload,
                           .instance = id,
                           .payload = std::move(payload)}});
}

void Engine::HandleLoaded(const Record& record, Effects& effects) {
  const NodeSet waiting = loads_.End(record.token);
  if (waiting.empty()) return;
  effects.send.push_back({waiting,
                          {.kind = MessageKind::kPayload,
                           .instance = record.instance,
                           .payload = record.payload}});
}

void Engine::HandleLoadFailed(Token token, Effects&) {
  loads_.End(token);  // Who asked will ask another peer.
}

void Engine::HandlePayload(NodeId from, const Message& message,
                           Effects& effects) {
  const InstanceId& id = message.instance;
  const Slot* slot = FindSlot(id);
  if (slot == nullptr || slot->pulls == 0) return;
  const Digest digest = config_.digester->Compute(id, message.payload.bytes());
  // A correct node has nothing else to answer with than what was decided, or
  // what it has echoed.
  if (digest != *slot->instance.decided() && IsMalformed(message.payload)) {
    effects.faults.push_back({.node = from,
                              .kind = FaultKind::kMalformedPayload,
                              .instance = id,
                              .first = digest});
    return;
  }
  OfferPayload(id, digest, message.payload, effects);
}

void Engine::OfferPayload(const InstanceId& id, const Digest& digest,
                          const Payload& payload, Effects& effects) {
  Stream& stream = StreamOf(id.origin);
  Slot& slot = stream.At(id.seq);
  const Digest* decided = slot.instance.decided();
  if (decided == nullptr) return;
  if (*decided != digest && !Mutated(Mutant::kPullNotVerified)) return;
  if (slot.DecidedPayload().has_value()) return;
  if (!stream.HasRoom(id.seq, payload.size(), config_.window_bytes_max)) {
    return;
  }
  stream.NotePayload(payload.size());
  slot.pulled_payload = payload;
  slot.pulls = 0;
  MaybeDeliver(id.origin, effects);
}

}  // namespace distdb::bracha
