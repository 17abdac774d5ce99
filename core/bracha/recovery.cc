// From the records that survived a crash to the streams that they describe.
// Whatever prefix of the log a crash leaves is valid here; what no crash can
// explain is refused as DataLoss, because a node that guesses would break the
// promises it has made.

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "core/bracha/engine.h"
#include "core/mutant.h"

namespace distdb::bracha {
namespace {

absl::Status Contradiction(const Record& record, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(
      "record ", record.token.value(), " (", RecordKindName(record.kind),
      " of instance ", record.instance.epoch.value(), "/",
      record.instance.origin.value() + 1, ":", record.instance.seq.value(),
      "): ", what));
}

bool ForgetsEchoes() {
  return Mutated(Mutant::kRestartForgetsEcho) ||
         Mutated(Mutant::kRestartForgetsVotes);
}

}  // namespace

absl::Status Engine::RecoverAll(absl::Span<const Record> records,
                                std::vector<Delivery>& recovered) {
  for (const Record& record : records) {
    if (!journal_.Recover(record.token)) {
      return Contradiction(record, "its token does not ascend");
    }
  }
  if (const std::optional<SnapshotPlace> place = FindSnapshot(records)) {
    absl::Status status =
        RecoverBase(records.first(place->begin), records[place->begin]);
    if (!status.ok()) return status;
    records = records.subspan(place->begin);
  }
  for (const Record& record : records) {
    absl::Status status = Recover(record, recovered);
    if (!status.ok()) return status;
  }
  for (Stream& stream : streams_) {
    stream.noted = stream.promised = stream.collected();
  }
  FindOwnRoom();
  return absl::OkStatus();
}

absl::Status Engine::RecoverBase(absl::Span<const Record> before,
                                 const Record& begin) {
  const absl::StatusOr<SnapshotHeader> header =
      DecodeSnapshotHeader(begin, config_.nodes);
  if (!header.ok()) return header.status();
  std::map<InstanceId, Record> echoes;
  std::map<InstanceId, Archived> delivered;
  for (const Record& record : before) {
    const InstanceId& id = record.instance;
    if (id.origin.value() >= static_cast<uint32_t>(config_.nodes)) continue;
    const SnapshotHeader::Position& position =
        header->positions[id.origin.value()];
    if (id.seq < position.floor || id.seq >= position.low) continue;
    if (record.kind == RecordKind::kEcho ||
        record.kind == RecordKind::kSnapshotEcho) {
      echoes[id] = record;
    }
    if (record.kind != RecordKind::kDelivered) continue;
    const auto echo = echoes.find(id);
    const bool leans = !record.payload.has_value() && echo != echoes.end() &&
                       echo->second.digest == record.digest;
    const Record& holder = leans ? echo->second : record;
    // Else it was cut off, because all members had it by then.
    if (!holder.payload.has_value()) continue;
    delivered[id] = {.digest = record.digest,
                     .payload = holder.payload,
                     .token = holder.token,
                     .bytes = holder.payload.size()};
  }
  for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
    Stream& stream = StreamOf(origin);
    const auto [floor, low, delivered_bytes] =
        header->positions[origin.value()];
    Seq first = low;
    uint64_t position = delivered_bytes;
    while (first > floor && !Mutated(Mutant::kSnapshotForgetsDelivered) &&
           delivered.contains(IdOf(origin, first - 1))) {
      first = first - 1;
      position -= std::min(
          position, RetainedCharge(delivered[IdOf(origin, first)].bytes));
    }
    stream.Restore(first, position);
    for (Seq seq = first; seq < low; ++seq) {
      stream.Advance();
      stream.Archive(delivered[IdOf(origin, seq)],
                     config_.retained_memory_bytes_max / config_.nodes);
    }
  }
  if (!Mutated(Mutant::kSnapshotForgetsSeq)) {
    next_own_ = header->positions[config_.self.value()].low;
  }
  return absl::OkStatus();
}

absl::Status Engine::Recover(const Record& record,
                             std::vector<Delivery>& recovered) {
  const InstanceId& id = record.instance;
  if (id.epoch != config_.epoch ||
      id.origin.value() >= static_cast<uint32_t>(config_.nodes) ||
      id.seq == Seq(0)) {
    return Contradiction(record, "no such instance in this configuration");
  }
  pace_.Recover(record);
  if (record.kind == RecordKind::kSnapshotBegin) snapshot_.number = id.seq;
  if (record.kind == RecordKind::kSnapshotBegin ||
      record.kind == RecordKind::kSnapshotEntries ||
      record.kind == RecordKind::kSnapshotEnd) {
    return absl::OkStatus();
  }
  if (record.kind == RecordKind::kCollected) return RecoverCollected(record);
  if (id.origin == config_.self && !Mutated(Mutant::kRestartForgetsSeq)) {
    next_own_ = std::max(next_own_, id.seq + 1);
  }
  switch (record.kind) {
    case RecordKind::kEcho:
    case RecordKind::kReady:
    case RecordKind::kSnapshotEcho:
    case RecordKind::kSnapshotReady:
      return RecoverVote(record);
    case RecordKind::kDelivered:
      return RecoverDelivery(record, recovered);
    case RecordKind::kApplied:
      return Contradiction(
          record, "written in mode broadcast; start the node in that mode");
    case RecordKind::kSnapshotBegin:
    case RecordKind::kSnapshotEntries:
    case RecordKind::kSnapshotEnd:
    case RecordKind::kCollected:
      break;
  }
  return Contradiction(record, "an unknown kind of record");
}

absl::Status Engine::RecoverCollected(const Record& record) {
  Stream& stream = StreamOf(record.instance.origin);
  const uint64_t position = record.instance.seq.value();
  if (position > stream.collected() + stream.kept()) {
    return Contradiction(record, "it collects more than has been delivered");
  }
  stream.CollectUpTo(position);
  return absl::OkStatus();
}

absl::Status Engine::RecoverVote(const Record& record) {
  const InstanceId& id = record.instance;
  Stream& stream = StreamOf(id.origin);
  if (id.seq < stream.low()) return absl::OkStatus();
  if (!stream.InWindow(id.seq)) {
    return Contradiction(
        record, "beyond the window; start the node with the former window");
  }
  stream.NoteVote(id.seq);
  Slot& slot = stream.At(id.seq);
  const bool is_echo = record.kind == RecordKind::kEcho ||
                       record.kind == RecordKind::kSnapshotEcho;
  const Digest* before =
      is_echo ? slot.instance.echoed() : slot.instance.readied();
  if (before != nullptr && *before != record.digest) {
    return Contradiction(record, "it contradicts an earlier vote of this node");
  }
  if (!is_echo) {
    if (Mutated(Mutant::kRestartForgetsReady) ||
        Mutated(Mutant::kRestartForgetsVotes)) {
      return absl::OkStatus();
    }
    slot.instance.RestoreReady(config_.self, record.digest);
    return absl::OkStatus();
  }
  stream.NotePayload(record.payload.size() - slot.echoed_payload.size());
  slot.echoed_payload = record.payload;
  slot.echo_token = record.token;
  if (ForgetsEchoes() && id.origin != config_.self) {
    return absl::OkStatus();
  }
  slot.instance.RestoreEcho(config_.self, record.digest);
  return absl::OkStatus();
}

absl::Status Engine::RecoverDelivery(const Record& record,
                                     std::vector<Delivery>& recovered) {
  const InstanceId& id = record.instance;
  Stream& stream = StreamOf(id.origin);
  if (id.seq != stream.low()) {
    return Contradiction(record, "deliveries are not in order of seq");
  }
  const Slot& slot = stream.At(id.seq);
  const Digest* echoed = slot.instance.echoed();
  Payload payload = record.payload;
  Token token = record.token;
  const bool has_echoed =
      (echoed != nullptr && *echoed == record.digest) || ForgetsEchoes();
  if (!payload.has_value() && has_echoed) {
    payload = slot.echoed_payload;
    token = slot.echo_token;
  }
  if (!payload.has_value()) {
    return Contradiction(record, "no earlier record has its payload");
  }
  recovered.push_back({id, record.digest, payload});
  stream.Advance();
  stream.Archive({.digest = record.digest,
                  .payload = payload,
                  .token = token,
                  .bytes = payload.size()},
                 config_.retained_memory_bytes_max / config_.nodes);
  if (Mutated(Mutant::kRestartForgetsDelivered)) stream.Collect(stream.low());
  return absl::OkStatus();
}

void Engine::Resume(Effects& effects) {
  resumed_ = true;
  for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
    MaybeCollect(origin, effects);  // Without peers it hears no watermark.
    Stream& stream = StreamOf(origin);
    const Seq top = stream.top();
    for (Seq seq = stream.low(); seq <= top; ++seq) {
      Slot& slot = stream.At(seq);
      Apply(IdOf(origin, seq), slot.instance.Resume(quorums_), effects);
    }
  }
}

}  // namespace distdb::bracha
