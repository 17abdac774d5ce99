// What this mode forgets, and the snapshots that allow it.
//
//   … BEGIN(k) … ENTRIES … END(k) …
//
// BEGIN's payload is the watermark of each origin, 8 bytes little-endian: what
// lies up to there is in the entries. Records from before BEGIN stay where they
// hold a payload that some member may ask for, and so does what was applied
// beyond a gap. Applying a write again changes nothing, so what a start finds
// in the log it applies over the snapshot.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/broadcast/broadcast.h"
#include "core/check.h"
#include "core/little_endian.h"
#include "core/snapshot.h"

namespace distdb::broadcast {

void Broadcast::NoteWatermark(NodeId from, NodeId origin, Seq seq) {
  Seq& told = peers_[from.value()].watermarks[origin.value()];
  if (seq <= told) return;
  told = seq;
  Collect(origin);
}

void Broadcast::Collect(NodeId origin) {
  Stream& stream = StreamOf(origin);
  Seq all = stream.watermark;
  for (const NodeId peer : others_) {
    all = std::min(all, peers_[peer.value()].watermarks[origin.value()]);
  }
  while (!stream.payloads.empty() && stream.payloads.begin()->first <= all) {
    held_bytes_ -= stream.payloads.begin()->second.payload.size();
    stream.payloads.erase(stream.payloads.begin());
  }
}

void Broadcast::TellApplied(Effects& effects) {
  tell_at_ = kNever;
  for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
    Stream& stream = StreamOf(origin);
    if (stream.told == stream.watermark) continue;
    stream.told = stream.watermark;
    effects.send.push_back(
        {others_,
         {.kind = MessageKind::kWatermark,
          .instance = {config_.epoch, origin, stream.watermark}}});
  }
}

void Broadcast::Append(Record record, Effects& effects) {
  pace_.Count(record);
  if (IsOfSnapshot(record.kind)) ++snapshot_pending_;
  journal_.Append(std::move(record), effects);
}

void Broadcast::AppendMark(RecordKind kind, Payload payload, Effects& effects) {
  Append({.kind = kind,
          .instance = {config_.epoch, config_.self, snapshot_number_},
          .payload = std::move(payload)},
         effects);
}

void Broadcast::MaybeBeginSnapshot(Effects& effects) {
  if (phase_ != Phase::kIdle || journal_.full() || !pace_.is_due()) return;
  std::string watermarks;
  for (const Stream& stream : streams_) {
    AppendU64(watermarks, stream.watermark.value());
  }
  phase_ = Phase::kBegin;
  ++snapshot_number_;
  pace_.Begin();
  AppendMark(RecordKind::kSnapshotBegin, Payload(std::move(watermarks)),
             effects);
}

void Broadcast::AppendEntries(Payload entries, bool last, Effects& effects) {
  DISTDB_CHECK(WantsEntries(), "the caller asks first");
  AppendMark(RecordKind::kSnapshotEntries, std::move(entries), effects);
  if (!last) return;
  phase_ = Phase::kEnd;
  AppendMark(RecordKind::kSnapshotEnd, Payload(), effects);
}

void Broadcast::FinishSnapshotRecord(const Record& record, Effects& effects) {
  --snapshot_pending_;
  if (record.kind == RecordKind::kSnapshotBegin) {
    snapshot_begin_ = record.token;
    phase_ = Phase::kEntries;
  }
  if (record.kind != RecordKind::kSnapshotEnd) return;
  phase_ = Phase::kIdle;
  pace_.End();
  Token needed = snapshot_begin_;
  for (const Stream& stream : streams_) {
    for (const auto& [seq, held] : stream.payloads) {
      if (held.token != Token(0)) needed = std::min(needed, held.token);
    }
  }
  effects.discard_before = needed;
}

absl::Status Broadcast::RecoverSnapshot(absl::Span<const Record> records) {
  for (const Record& record : records) {
    if (record.kind != RecordKind::kSnapshotBegin) continue;
    snapshot_number_ = std::max(snapshot_number_, record.instance.seq);
    if (record.payload.size() == streams_.size() * sizeof(uint64_t)) continue;
    return absl::DataLossError(absl::StrCat(
        "record ", record.token.value(), " (", RecordKindName(record.kind),
        ") was written in another mode or by another membership; start the "
        "node with its former configuration"));
  }
  const std::optional<SnapshotPlace> place = FindSnapshot(records);
  if (!place.has_value()) return absl::OkStatus();
  ByteReader reader(records[place->begin].payload.bytes());
  for (Stream& stream : streams_) {
    stream.received = stream.watermark = Seq(reader.ReadU64());
  }
  next_own_ = StreamOf(config_.self).watermark + 1;
  return absl::OkStatus();
}

}  // namespace distdb::broadcast
