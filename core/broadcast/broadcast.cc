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
      pulled_(config.nodes, std::vector<Seq>(config.nodes)),
      journal_(config.resend_interval) {}

absl::StatusOr<std::unique_ptr<Broadcast>> Broadcast::Create(
    const Config& config, WellFormed well_formed,
    absl::Span<const Record> records, std::vector<Delivery>& recovered) {
  std::unique_ptr<Broadcast> broadcast(new Broadcast(config, well_formed));
  for (const Record& record : records) {
    const InstanceId& id = record.instance;
    if (record.kind != RecordKind::kApplied) {
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
    broadcast->Insert(id, record.payload);
    broadcast->MarkDurable(id);
    recovered.push_back(broadcast->DeliveryOf(record));
  }
  return broadcast;
}

absl::Status Broadcast::Admission() const {
  if (journal_.full()) {
    return absl::UnavailableError(
        "the disk is full: writes go on when there is room again");
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
  if (StreamOf(id.origin).payloads.contains(id.seq)) return;
  Accept(id, message.payload, effects);
}

void Broadcast::HandleWatermark(NodeId from, const InstanceId& id,
                                Effects& effects) {
  Seq& told = peers_[from.value()].watermarks[id.origin.value()];
  told = std::max(told, id.seq);
  const Seq received = StreamOf(id.origin).received;
  if (id.seq <= received) return;
  // Each answer ends with a watermark: where answers are repeated or overtake
  // their payloads, asking twice for the same would never end.
  Seq& pulled = pulled_[from.value()][id.origin.value()];
  if (pulled == received + 1) return;
  pulled = received + 1;
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
    bytes += it->second.size();
    effects.send.push_back({NodeSet::Of(from),
                            {.kind = MessageKind::kSend,
                             .instance = {config_.epoch, id.origin, it->first},
                             .payload = it->second}});
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
  journal_.Append(
      {.kind = RecordKind::kApplied, .instance = id, .payload = payload},
      effects);
}

void Broadcast::Insert(const InstanceId& id, const Payload& payload) {
  Stream& stream = StreamOf(id.origin);
  stream.payloads.emplace(id.seq, payload);
  while (stream.payloads.contains(stream.received + 1)) ++stream.received;
  if (id.origin == config_.self) next_own_ = std::max(next_own_, id.seq + 1);
}

void Broadcast::MarkDurable(const InstanceId& id) {
  Stream& stream = StreamOf(id.origin);
  stream.durable_beyond.insert(id.seq);
  while (stream.durable_beyond.erase(stream.watermark + 1) > 0) {
    ++stream.watermark;
  }
}

void Broadcast::HandlePersisted(Token token, Effects& effects) {
  while (const std::optional<Record> record = journal_.PopDurable(token)) {
    MarkDurable(record->instance);
    effects.delivered.push_back(DeliveryOf(*record));
  }
}

void Broadcast::HandlePersistFailed(Token token, Effects&) {
  journal_.Refuse(token, now_);
}

void Broadcast::HandlePeerUp(NodeId peer, Effects& effects) {
  DISTDB_CHECK(others_.Contains(peer), "a channel is that of another member");
  peers_[peer.value()].up = true;
  pulled_[peer.value()].assign(pulled_.size(), Seq(0));
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
              pulled_.size() == nodes;
  for (const PeerView& peer : peers_) {
    fits = fits && peer.watermarks.size() == nodes;
  }
  for (const std::vector<Seq>& seqs : pulled_) {
    fits = fits && seqs.size() == nodes;
  }
  if (!fits) reader.Fail();
}

Delivery Broadcast::DeliveryOf(const Record& record) const {
  return {record.instance,
          config_.digester->Compute(record.instance, record.payload.bytes()),
          record.payload};
}

}  // namespace distdb::broadcast
