#include "core/broadcast/broadcast.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/fields.h"
#include "core/value_fields.h"

namespace distdb::broadcast {
namespace {

// Payloads that answer one request of a peer that catches up.
constexpr int kChunkPayloadsMax = 64;
constexpr size_t kChunkBytesMax = 1024 * 1024;

}  // namespace

Broadcast::Broadcast(const Config& config, WellFormed well_formed)
    : config_(config),
      well_formed_(well_formed),
      others_(NodeSet::FirstN(config.nodes).Without(config.self)),
      streams_(config.nodes),
      peers_(config.nodes,
             PeerView{.watermarks = std::vector<Seq>(config.nodes)}),
      syncs_(config.nodes, std::vector<Sync>(config.nodes)),
      journal_(config.resend_interval),
      pace_(config.snapshot_log_bytes) {}

absl::StatusOr<std::unique_ptr<Broadcast>> Broadcast::Create(
    const Config& config, WellFormed well_formed,
    absl::Span<const Record> records, std::vector<Delivery>& recovered) {
  std::unique_ptr<Broadcast> broadcast(new Broadcast(config, well_formed));
  absl::Status status = broadcast->RecoverSnapshot(records);
  if (!status.ok()) return status;
  for (const Record& record : records) {
    const InstanceId& id = record.instance;
    broadcast->pace_.Recover(record);
    if (record.kind != RecordKind::kApplied && !IsOfSnapshot(record.kind)) {
      return absl::DataLossError(absl::StrCat(
          "record ", record.token.value(), " (", RecordKindName(record.kind),
          ") was written in another mode; start the node in that mode"));
    }
    if (!broadcast->journal_.Recover(record.token) ||
        id.epoch != config.epoch || id.seq == Seq(0) ||
        id.origin.value() >= static_cast<uint32_t>(config.nodes)) {
      return absl::DataLossError(
          absl::StrCat("record ", record.token.value(),
                       ": no such instance in this configuration"));
    }
    if (IsOfSnapshot(record.kind)) continue;
    broadcast->Insert(id, record.payload);
    broadcast->MarkDurable(id, record.token);
    recovered.push_back(broadcast->DeliveryOf(record));
  }
  return broadcast;
}

absl::Status Broadcast::Admission() const {
  if (journal_.full()) {
    return absl::UnavailableError(
        "the disk is full: writes go on when there is room again");
  }
  if (pace_.urgent()) {
    return absl::UnavailableError(
        "the disk is full: writes go on when a snapshot has made room");
  }
  if (held_bytes_ >= config_.retained_bytes_max) {
    return absl::ResourceExhaustedError(
        absl::StrCat(held_bytes_,
                     " bytes are kept for a node that lacks them: bring it "
                     "back"));
  }
  return absl::OkStatus();
}

InstanceId Broadcast::Propose(Payload payload, Effects& effects) {
  DISTDB_CHECK(Admission().ok(), "the caller asks for admission first");
  const InstanceId id{config_.epoch, config_.self, next_own_};
  if (!others_.empty()) {
    effects.send_after_persist.push_back(
        {others_,
         {.kind = MessageKind::kSend, .instance = id, .payload = payload}});
  }
  Accept(id, payload, effects);
  return id;
}

void Broadcast::HandleTick(Time now, Effects& effects) {
  now_ = now;
  journal_.HandleTick(now, effects);
  if (now >= tell_at_) TellApplied(effects);
}

void Broadcast::HandleMessage(NodeId from, const Message& message,
                              Effects& effects) {
  DISTDB_CHECK(others_.Contains(from), "a channel is that of another member");
  const InstanceId& id = message.instance;
  if (message.kind == MessageKind::kHello) {
    for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
      TellWatermark(from, origin, effects);
    }
    return;
  }
  if (id.epoch != config_.epoch) return;
  if (id.origin.value() >= static_cast<uint32_t>(config_.nodes)) {
    effects.faults.push_back(
        {.node = from, .kind = FaultKind::kMalformedMessage, .instance = id});
    return;
  }
  switch (message.kind) {
    case MessageKind::kSend:
      return HandleSend(from, message, effects);
    case MessageKind::kWatermark:
      return HandleWatermark(from, id, effects);
    case MessageKind::kPull:
      return HandlePull(from, id, effects);
    default:
      effects.faults.push_back(
          {.node = from, .kind = FaultKind::kMalformedMessage, .instance = id});
  }
}

void Broadcast::HandleSend(NodeId from, const Message& message,
                           Effects& effects) {
  const InstanceId& id = message.instance;
  if (id.seq == Seq(0) || message.payload.size() > config_.payload_bytes_max ||
      !well_formed_(message.payload.bytes())) {
    effects.faults.push_back(
        {.node = from, .kind = FaultKind::kMalformedPayload, .instance = id});
    return;
  }
  // The first one wins; whether another node had a different first one is not
  // this mode's question.
  if (StreamOf(id.origin).Has(id.seq)) return;
  Accept(id, message.payload, effects);
}

void Broadcast::HandleWatermark(NodeId from, const InstanceId& id,
                                Effects& effects) {
  NoteWatermark(from, id.origin, id.seq);
  Sync& sync = syncs_[from.value()][id.origin.value()];
  if (!sync.began) sync = {.began = true, .end = id.seq};
  const Seq received = StreamOf(id.origin).received;
  if (sync.end <= received) return;
  // Each answer ends with a watermark: where answers are repeated or overtake
  // their payloads, asking twice for the same would never end.
  if (sync.pulled == received + 1) return;
  sync.pulled = received + 1;
  effects.send.push_back(
      {NodeSet::Of(from),
       {.kind = MessageKind::kPull,
        .instance = {config_.epoch, id.origin, received + 1}}});
}

void Broadcast::HandlePull(NodeId from, const InstanceId& id,
                           Effects& effects) {
  const Stream& stream = StreamOf(id.origin);
  int payloads = 0;
  size_t bytes = 0;
  for (auto it = stream.payloads.lower_bound(id.seq);
       it != stream.payloads.end() && it->first <= stream.watermark &&
       payloads < kChunkPayloadsMax && bytes < kChunkBytesMax;
       ++it) {
    ++payloads;
    bytes += it->second.payload.size();
    effects.send.push_back({NodeSet::Of(from),
                            {.kind = MessageKind::kSend,
                             .instance = {config_.epoch, id.origin, it->first},
                             .payload = it->second.payload}});
  }
  // Nothing to send ends the exchange.
  if (payloads > 0) TellWatermark(from, id.origin, effects);
}

void Broadcast::TellWatermark(NodeId to, NodeId origin,
                              Effects& effects) const {
  effects.send.push_back(
      {NodeSet::Of(to),
       {.kind = MessageKind::kWatermark,
        .instance = {config_.epoch, origin, Watermark(origin)}}});
}

void Broadcast::Accept(const InstanceId& id, const Payload& payload,
                       Effects& effects) {
  Insert(id, payload);
  Append({.kind = RecordKind::kApplied, .instance = id, .payload = payload},
         effects);
}

void Broadcast::Insert(const InstanceId& id, const Payload& payload) {
  Stream& stream = StreamOf(id.origin);
  const bool added =
      stream.payloads.emplace(id.seq, Held{payload, Token(0)}).second;
  if (added) held_bytes_ += payload.size();
  while (stream.payloads.contains(stream.received + 1)) ++stream.received;
  if (id.origin == config_.self) next_own_ = std::max(next_own_, id.seq + 1);
}

void Broadcast::MarkDurable(const InstanceId& id, Token token) {
  Stream& stream = StreamOf(id.origin);
  stream.payloads.at(id.seq).token = token;
  if (id.seq <= stream.watermark) return;  // A snapshot said so.
  stream.durable_beyond.insert(id.seq);
  while (stream.durable_beyond.erase(stream.watermark + 1) > 0) {
    ++stream.watermark;
  }
}

void Broadcast::HandlePersisted(Token token, Effects& effects) {
  while (const std::optional<Record> record = journal_.PopDurable(token)) {
    if (IsOfSnapshot(record->kind)) {
      FinishSnapshotRecord(*record, effects);
      continue;
    }
    MarkDurable(record->instance, record->token);
    Collect(record->instance.origin);
    effects.delivered.push_back(DeliveryOf(*record));
  }
  if (!effects.delivered.empty() && !others_.empty()) {
    tell_at_ = std::min(tell_at_, now_ + config_.watermark_interval);
  }
  MaybeBeginSnapshot(effects);
}

void Broadcast::HandlePersistFailed(Token token, Effects&) {
  journal_.Refuse(token, now_);
  pace_.Refused(phase_ != Phase::kIdle);
}

void Broadcast::HandlePeerUp(NodeId peer, Effects& effects) {
  DISTDB_CHECK(others_.Contains(peer), "a channel is that of another member");
  peers_[peer.value()].up = true;
  syncs_[peer.value()].assign(syncs_.size(), Sync());
  effects.send.push_back({NodeSet::Of(peer), {.kind = MessageKind::kHello}});
}

void Broadcast::HandlePeerDown(NodeId peer) {
  DISTDB_CHECK(others_.Contains(peer), "a channel is that of another member");
  peers_[peer.value()].up = false;
}

Seq Broadcast::Watermark(NodeId origin) const {
  return streams_[origin.value()].watermark;
}

PeerView Broadcast::View(NodeId peer) const { return peers_[peer.value()]; }

void Broadcast::Save(FieldWriter& writer) const { writer(*this); }

void Broadcast::Load(FieldReader& reader) {
  reader(*this);
  const size_t nodes = static_cast<size_t>(config_.nodes);
  bool fits = streams_.size() == nodes && peers_.size() == nodes &&
              syncs_.size() == nodes;
  for (const PeerView& peer : peers_) {
    fits = fits && peer.watermarks.size() == nodes;
  }
  for (const std::vector<Sync>& syncs : syncs_) {
    fits = fits && syncs.size() == nodes;
  }
  if (!fits) reader.Fail();
}

Delivery Broadcast::DeliveryOf(const Record& record) const {
  return {record.instance,
          config_.digester->Compute(record.instance, record.payload.bytes()),
          record.payload};
}

}  // namespace distdb::broadcast
