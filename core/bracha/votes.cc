// The protocol's own part of the engine: SEND, ECHO, READY, DELIVERED, the
// records that must be durable first, and delivery in order.

#include <utility>

#include "core/bracha/engine.h"
#include "core/check.h"
#include "core/mutant.h"

namespace distdb::bracha {
namespace {

MessageKind VoteMessageKind(RecordKind kind) {
  return kind == RecordKind::kEcho ? MessageKind::kEcho : MessageKind::kReady;
}

FaultKind ConflictKind(MessageKind kind) {
  return kind == MessageKind::kEcho ? FaultKind::kConflictingEcho
                                    : FaultKind::kConflictingReady;
}

// With votes that a mutant keeps per value: a handler asks again when values
// take turns, though the own vote has long counted.
bool IsRepeated(const Instance& instance, RecordKind kind, NodeId self,
                const Digest& digest) {
  if (!Mutated(Mutant::kReadyPerValue) && !Mutated(Mutant::kKeyedByMessage)) {
    return false;
  }
  for (const Tally& tally : instance.tallies()) {
    const NodeSet votes =
        kind == RecordKind::kEcho ? tally.echoes : tally.readies;
    if (tally.digest == digest && votes.Contains(self)) return true;
  }
  return false;
}

}  // namespace

void Engine::HandleSend(NodeId from, const Message& message, Effects& effects) {
  const InstanceId& id = message.instance;
  if (from != id.origin && !Mutated(Mutant::kForgedSendTaken)) {
    effects.faults.push_back(
        {.node = from, .kind = FaultKind::kForgedSend, .instance = id});
    return;
  }
  Slot* slot = FindSlotFor(from, id);
  if (slot == nullptr) return;
  const Digest digest = config_.digester->Compute(id, message.payload.bytes());
  if (IsMalformed(message.payload)) {
    effects.faults.push_back({.node = from,
                              .kind = FaultKind::kMalformedPayload,
                              .instance = id,
                              .first = digest});
    return;
  }
  const Digest* echoed = slot->instance.echoed();
  if (echoed == nullptr || Mutated(Mutant::kKeyedByMessage)) {
    Stream& stream = StreamOf(id.origin);
    // What is being delivered here needs no ECHO any more, and its record
    // would outlast its slot, by which all that is on its way is counted.
    if (id.seq < stream.next() && !Mutated(Mutant::kKeyedByMessage)) return;
    // Without room the ECHO is withheld; the origin sends again.
    if (stream.kept() >= retention_.share) {
      return WaitForRoom(stream);
    }
    const size_t bytes = message.payload.size();
    if (!stream.HasRoom(id.seq, bytes, config_.window_bytes_max)) return;
    // Nor while a snapshot makes room on a full disk.
    if (pace_.urgent()) return;
    if (id.seq != stream.low() && RareHappens(RareEvent::kWithholdEcho, id)) {
      return;
    }
    if (Mutated(Mutant::kKeyedByMessage)) {
      std::swap(slot->echoed_payload, slot->pulled_payload);
    }
    stream.NotePayload(bytes - slot->echoed_payload.size());
    slot->echoed_payload = message.payload;
    Apply(id, *slot, slot->instance.HandleSend(digest), effects);
    return;
  }
  if (*echoed == digest) return;
  effects.faults.push_back({.node = from,
                            .kind = FaultKind::kConflictingSend,
                            .instance = id,
                            .first = *echoed,
                            .second = digest});
  OfferPayload(id, digest, message.payload, effects);
}

Slot* Engine::FindSlotFor(NodeId from, const InstanceId& id) {
  // Whoever sends what is delivered here has missed a watermark.
  if (id.seq < StreamOf(id.origin).low() &&
      !Mutated(Mutant::kWatermarkToldOnce)) {
    NeedToTell(id.origin, NodeSet::Of(from));
  }
  return FindSlot(id);
}

void Engine::HandleVote(NodeId from, const Message& message, Effects& effects) {
  const InstanceId& id = message.instance;
  Slot* slot = FindSlotFor(from, id);
  if (slot == nullptr && Mutated(Mutant::kConvictsLateVote)) {
    effects.faults.push_back(
        {.node = from, .kind = ConflictKind(message.kind), .instance = id});
  }
  if (slot == nullptr) return;
  Instance& instance = slot->instance;
  Outcome outcome;
  switch (message.kind) {
    case MessageKind::kEcho:
      outcome = instance.HandleEcho(quorums_, from, message.digest);
      break;
    case MessageKind::kReady:
      outcome = instance.HandleReady(quorums_, from, message.digest);
      break;
    default:
      outcome = instance.HandleDelivered(quorums_, from, message.digest);
      break;
  }
  if (outcome.conflict != nullptr) {
    effects.faults.push_back({.node = from,
                              .kind = ConflictKind(message.kind),
                              .instance = id,
                              .first = *outcome.conflict,
                              .second = message.digest});
    return;
  }
  Apply(id, *slot, outcome, effects);
}

void Engine::CarryOut(const InstanceId& id, Slot& slot, const Outcome& outcome,
                      Effects& effects) {
  if (outcome.echo != nullptr) {
    Vote(RecordKind::kEcho, id, *outcome.echo, slot.echoed_payload, effects);
  }
  if (outcome.ready != nullptr) {
    Vote(RecordKind::kReady, id, *outcome.ready, Payload(), effects);
  }
  const bool is_open = slot.instance.decided() != nullptr &&
                       id.seq >= StreamOf(id.origin).next();
  if (!is_open) return;
  if (slot.DecidedPayload().has_value()) {
    slot.pulls = 0;
    MaybeDeliver(id.origin, effects);
  } else {
    MaybePull(id, effects);
  }
}

void Engine::Vote(RecordKind kind, const InstanceId& id, const Digest& digest,
                  const Payload& payload, Effects& effects) {
  if (IsRepeated(FindSlot(id)->instance, kind, config_.self, digest)) return;
  StreamOf(id.origin).NoteVote(id.seq);
  ArmResends();
  if ((Mutated(Mutant::kEchoNotDurable) && kind == RecordKind::kEcho &&
       id.origin != config_.self) ||
      (Mutated(Mutant::kReadyNotDurable) && kind == RecordKind::kReady)) {
    return VoteWithoutRecord(kind, id, digest, effects);
  }
  const bool held_back = journal_.full();
  if (kind == RecordKind::kEcho) {
    FindSlot(id)->echo_snapshot = snapshot_.number;
  }
  Record record{
      .kind = kind, .instance = id, .digest = digest, .payload = payload};
  if (Mutated(Mutant::kOwnVoteCountsEarly)) CountOwnVote(record, effects);
  Append(std::move(record), effects);
  if (held_back) return;  // The timer sends it once it is durable.
  const NodeSet to = PeersWithWindow(id);
  if (to.empty()) return;
  const MessageKind sent = VoteMessageKind(kind);
  effects.send_after_persist.push_back(
      {to, {.kind = sent, .instance = id, .digest = digest}});
}

void Engine::VoteWithoutRecord(RecordKind kind, const InstanceId& id,
                               const Digest& digest, Effects& effects) {
  const NodeSet to = PeersWithWindow(id);
  const MessageKind sent = VoteMessageKind(kind);
  if (!to.empty()) {
    effects.send.push_back(
        {to, {.kind = sent, .instance = id, .digest = digest}});
  }
  CountOwnVote({.kind = kind, .instance = id, .digest = digest}, effects);
}

void Engine::CountOwnVote(const Record& record, Effects& effects) {
  const InstanceId& id = record.instance;
  Slot* slot = FindSlot(id);
  if (slot == nullptr) return;  // Delivered meanwhile on the others' votes.
  if (record.kind == RecordKind::kEcho) slot->echo_token = record.token;
  const Outcome outcome =
      record.kind == RecordKind::kEcho
          ? slot->instance.HandleEcho(quorums_, config_.self, record.digest)
          : slot->instance.HandleReady(quorums_, config_.self, record.digest);
  DISTDB_CHECK(outcome.conflict == nullptr, "own votes do not conflict");
  Apply(id, *slot, outcome, effects);
}

void Engine::MaybeDeliver(NodeId origin, Effects& effects) {
  Stream& stream = StreamOf(origin);
  while (stream.InWindow(stream.next())) {
    if (stream.next() - stream.floor() >= retention_.instances_max) {
      return WaitForRoom(stream);
    }
    const Slot& slot = stream.At(stream.next());
    const Payload& payload = slot.DecidedPayload();
    if (!payload.has_value()) return;
    const Digest& decided = *slot.instance.decided();
    // The ECHO record, which comes earlier in the log, has the payload.
    const Digest* echoed = slot.instance.echoed();
    const bool has_record =
        (echoed != nullptr && *echoed == decided && !LeansOnOldEcho(slot) &&
         !Mutated(Mutant::kEchoNotDurable)) ||
        Mutated(Mutant::kPulledNotDurable);
    const Record record{.kind = RecordKind::kDelivered,
                        .instance = IdOf(origin, stream.next()),
                        .digest = decided,
                        .payload = has_record ? Payload() : payload};
    Append(record, effects);
    stream.Advance();
    if (Mutated(Mutant::kDeliveryNotDurable)) FinishDelivery(record, effects);
  }
}

void Engine::FinishDelivery(const Record& record, Effects& effects) {
  const InstanceId& id = record.instance;
  Stream& stream = StreamOf(id.origin);
  DISTDB_CHECK(id.seq == stream.low(), "delivery is in order of seq");
  const Slot& slot = stream.At(id.seq);
  const Payload payload = slot.DecidedPayload();
  const bool has_payload = record.payload.has_value();
  effects.delivered.push_back({id, record.digest, payload});
  const size_t memory_bytes_max =
      RareHappens(RareEvent::kDropFromMemory, id)
          ? 0
          : config_.retained_memory_bytes_max / config_.nodes;
  stream.Archive({.digest = record.digest,
                  .payload = payload,
                  .token = has_payload ? record.token : slot.echo_token,
                  .bytes = payload.size()},
                 memory_bytes_max);
  NeedToTell(id.origin, others_);
  MaybeCollect(id.origin, effects);
  // What there was no room for, as `low` there is.
  if (stream.InWindow(stream.next())) {
    MaybePull(IdOf(id.origin, stream.next()), effects);
  }
  // A sender that fills the window waits for this word.
  if (stream.watermark() - stream.told >= (config_.window + 1) / 2) {
    TellWatermark(id.origin, effects);
  }
}

}  // namespace distdb::bracha
