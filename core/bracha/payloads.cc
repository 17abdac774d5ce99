// Payloads that votes name: asking for the ones this node lacks, and answering
// peers that ask. Anyone may answer: the digest is the proof.

#include <algorithm>
#include <utility>

#include "core/bracha/engine.h"
#include "core/mutant.h"

namespace distdb::bracha {
namespace {

// The `turn`-th supporter, going round.
NodeId PickSupporter(NodeSet supporters, uint64_t turn) {
  uint64_t skip = turn % supporters.size();
  for (const NodeId node : supporters) {
    if (skip == 0) return node;
    --skip;
  }
  return *supporters.begin();
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
  pull_at_ = std::min(pull_at_, now_ + config_.watermark_interval);
  const Digest& decided = *slot.instance.decided();
  if (!slot.instance.Claimants(decided).empty() ||
      RareHappens(RareEvent::kPullAtOnce, id)) {
    SendPull(id, slot, effects);
  }
}

void Engine::SendPull(const InstanceId& id, Slot& slot, Effects& effects) {
  const Digest& digest = *slot.instance.decided();
  const NodeSet supporters = slot.instance.Supporters(digest) & others_;
  if (supporters.empty()) return;
  // Starting with another supporter for each seq spreads the load.
  const NodeId peer = PickSupporter(supporters, id.seq.value() + slot.pulls);
  ++slot.pulls;
  effects.send.push_back(
      {NodeSet::Of(peer),
       {.kind = MessageKind::kPull, .instance = id, .digest = digest}});
}

void Engine::RetryPulls(Effects& effects) {
  pull_at_ = kNever;
  for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
    Stream& stream = StreamOf(origin);
    for (Seq seq = stream.next(); stream.InWindow(seq); ++seq) {
      Slot& slot = stream.At(seq);
      if (slot.pulls == 0) continue;
      SendPull(IdOf(origin, seq), slot, effects);
      pull_at_ = now_ + config_.resend_interval;
    }
  }
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
  } else if (id.seq >= stream.floor() && id.seq < stream.low()) {
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

void Engine::HandlePayload(const Message& message, Effects& effects) {
  const InstanceId& id = message.instance;
  const Slot* slot = FindSlot(id);
  if (slot == nullptr || slot->pulls == 0) return;
  const Digest digest = config_.digester->Compute(id, message.payload.bytes());
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
