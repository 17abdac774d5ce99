#include "core/bracha/engine.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/fields.h"
#include "core/mutant.h"
#include "core/value_fields.h"

namespace distdb::bracha {

Engine::Engine(const Config& config, const Quorums& quorums,
               WellFormed well_formed)
    : config_(config),
      quorums_(quorums),
      well_formed_(well_formed),
      others_(NodeSet::FirstN(config.nodes).Without(config.self)),
      retention_(RetentionOf(config)),
      streams_(config.nodes, Stream(config.window, &totals_)),
      peers_(config.nodes, Peer(config.nodes)),
      journal_(config.resend_interval),
      pace_(config.snapshot_log_bytes),
      loads_(config.nodes, Loads::PerPeerMax(config.nodes, config.window)) {}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Create(
    const Config& config, WellFormed well_formed,
    absl::Span<const Record> records, std::vector<Delivery>& recovered) {
  absl::StatusOr<Quorums> quorums =
      ComputeQuorums(config.nodes, config.quorum_policy);
  if (!quorums.ok()) return quorums.status();
  std::unique_ptr<Engine> engine(new Engine(config, *quorums, well_formed));
  absl::Status status = engine->RecoverAll(records, recovered);
  if (!status.ok()) return status;
  return engine;
}

absl::Status Engine::Admission() const {
  if (journal_.full()) {
    return absl::UnavailableError(
        "the disk is full: writes go on when there is room again");
  }
  if (pace_.urgent()) {
    return absl::UnavailableError(
        "the disk is full: writes go on when a snapshot has made room");
  }
  const uint64_t kept = OwnKept();
  if (kept >= retention_.share) {
    return absl::ResourceExhaustedError(absl::StrCat(
        kept, " bytes are kept for a node that lacks them: bring it back"));
  }
  return absl::OkStatus();
}

bool Engine::HasRoom() const {
  const Stream& stream = StreamOf(config_.self);
  return stream.InWindow(next_own_) &&
         OwnKept() + OwnUnderWay() < retention_.share &&
         stream.HasRoom(next_own_, config_.payload_bytes_max,
                        config_.window_bytes_max);
}

InstanceId Engine::Propose(Payload payload, Effects& effects) {
  DISTDB_CHECK(Admission().ok() && HasRoom(), "the caller asks first");
  DISTDB_CHECK(
      payload.size() > 0 && payload.size() <= config_.payload_bytes_max,
      "the caller keeps to the payload's bounds");
  const InstanceId id = IdOf(config_.self, next_own_);
  ++next_own_;
  const Digest digest = config_.digester->Compute(id, payload.bytes());
  const NodeSet to = PeersWithWindow(id);
  if (!to.empty()) {
    effects.send_after_persist.push_back(
        {to, {.kind = MessageKind::kSend, .instance = id, .payload = payload}});
  }
  Stream& stream = StreamOf(config_.self);
  stream.NotePayload(payload.size());
  Slot& slot = stream.At(id.seq);
  slot.echoed_payload = std::move(payload);
  Apply(id, slot.instance.HandleSend(digest), effects);
  return id;
}

void Engine::HandleTick(Time now, Effects& effects) {
  DISTDB_CHECK(now >= now_, "monotonic time does not go back");
  now_ = now;
  if (!resumed_) Resume(effects);
  journal_.HandleTick(now, effects);
  if (now >= pull_at_) RetryPulls(effects);
  if (now >= tell_at_) {
    if (RareHappens(RareEvent::kTellLater, IdOf(config_.self, Seq(0)))) {
      tell_at_ = now + config_.watermark_interval;
    } else {
      TellWatermarks(effects);
    }
  }
  for (const NodeId peer : others_) {
    if (now >= peers_[peer.value()].next_resend()) ResendTo(peer, effects);
  }
}

void Engine::HandleMessage(NodeId from, const Message& message,
                           Effects& effects) {
  DISTDB_CHECK(others_.Contains(from), "a channel is that of another member");
  if (message.kind == MessageKind::kHello) {
    if (Mutated(Mutant::kHelloUnanswered)) return;
    for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
      NeedToTell(origin, NodeSet::Of(from));
      TellCollected(origin, NodeSet::Of(from), effects);
    }
    TellWatermarks(effects);
    return;
  }
  const InstanceId& id = message.instance;
  if (id.epoch != config_.epoch && !Mutated(Mutant::kEpochIgnored)) return;
  const bool is_watermark = message.kind == MessageKind::kWatermark;
  if (id.origin.value() >= static_cast<uint32_t>(config_.nodes) ||
      (id.seq == Seq(0) && !is_watermark)) {
    effects.faults.push_back(
        {.node = from, .kind = FaultKind::kMalformedMessage, .instance = id});
    return;
  }
  switch (message.kind) {
    case MessageKind::kSend:
      return HandleSend(from, message, effects);
    case MessageKind::kEcho:
    case MessageKind::kReady:
    case MessageKind::kDelivered:
      return HandleVote(from, message, effects);
    case MessageKind::kPull:
      return HandlePull(from, message, effects);
    case MessageKind::kPayload:
      return HandlePayload(from, message, effects);
    case MessageKind::kWatermark:
      return HandleWatermark(from, id, effects);
    case MessageKind::kCollected:
      return HandleCollected(from, id, effects);
    case MessageKind::kHello:
      break;
  }
  effects.faults.push_back(
      {.node = from, .kind = FaultKind::kMalformedMessage, .instance = id});
}

void Engine::HandlePersisted(Token token, Effects& effects) {
  // Counting a vote may append to the journal, with later tokens.
  while (const std::optional<Record> record = journal_.PopDurable(token)) {
    if (record->kind == RecordKind::kDelivered) {
      if (Mutated(Mutant::kDeliveryNotDurable)) continue;
      FinishDelivery(*record, effects);
    } else if (record->kind == RecordKind::kCollected) {
      FinishCollected(*record, effects);
    } else if (IsOfSnapshot(record->kind)) {
      FinishSnapshotRecord(*record, effects);
    } else {
      CountOwnVote(*record, effects);
    }
  }
  MaybeBeginSnapshot(effects);
  if (Mutated(Mutant::kNotFifo)) {
    std::reverse(effects.delivered.begin(), effects.delivered.end());
  }
}

void Engine::HandlePersistFailed(Token token, Effects&) {
  journal_.Refuse(token, now_);
  pace_.Refused(snapshot_.phase != SnapshotState::Phase::kIdle);
}

void Engine::HandlePeerUp(NodeId peer, Effects& effects) {
  DISTDB_CHECK(others_.Contains(peer), "a channel is that of another member");
  Peer& state = peers_[peer.value()];
  state.Open();
  state.Disarm();
  state.Arm(now_, config_.resend_interval);
  effects.send.push_back({NodeSet::Of(peer), {.kind = MessageKind::kHello}});
}

void Engine::HandlePeerDown(NodeId peer) {
  DISTDB_CHECK(others_.Contains(peer), "a channel is that of another member");
  peers_[peer.value()].Close();
}

Time Engine::NextDeadline() const {
  if (!resumed_) return now_;
  Time next = std::min({journal_.NextDeadline(), pull_at_, tell_at_});
  for (const Peer& peer : peers_) next = std::min(next, peer.next_resend());
  return next;
}

Seq Engine::Watermark(NodeId origin) const {
  return StreamOf(origin).watermark();
}

PeerView Engine::View(NodeId peer) const {
  const Peer& state = peers_[peer.value()];
  return {.up = state.up(), .watermarks = state.watermarks()};
}

MemoryUse Engine::Memory() const {
  const size_t nodes = streams_.size();
  const size_t slots = nodes * config_.window;
  return {.open_payloads = totals_.open_bytes,
          .open_votes = slots * sizeof(Slot) + totals_.tallies * sizeof(Tally),
          .retained_payloads = totals_.memory_bytes,
          .retained_index = totals_.retained * sizeof(Archived),
          .journal = journal_.size() * sizeof(Record) + snapshot_.mark_bytes,
          .loads = loads_.size() * Loads::kBytes,
          .peers = nodes * Peer::Bytes(nodes)};
}

void Engine::Save(FieldWriter& writer) const { writer(*this); }

void Engine::Load(FieldReader& reader) { reader(*this); }

}  // namespace distdb::bracha
