// Snapshots of the replica, and the cut of the log that they allow. The format
// is told in core/snapshot.h.
//
// Each round of records is on disk before the next one is appended, so that a
// snapshot shares the disk with the protocol and takes bounded work per step.

#include <algorithm>
#include <utility>

#include "core/bracha/engine.h"
#include "core/check.h"
#include "core/mutant.h"

namespace distdb::bracha {

void Engine::Append(Record record, Effects& effects) {
  pace_.Count(record);
  if (IsOfSnapshot(record.kind)) ++snapshot_.pending;
  journal_.Append(std::move(record), effects);
}

void Engine::AppendMark(RecordKind kind, Payload payload, Effects& effects) {
  snapshot_.mark_bytes += payload.size();
  Append({.kind = kind,
          .instance = IdOf(config_.self, snapshot_.number),
          .digest = {},
          .payload = std::move(payload)},
         effects);
}

void Engine::MaybeBeginSnapshot(Effects& effects) {
  if (snapshot_.phase != SnapshotState::Phase::kIdle || journal_.full() ||
      !pace_.is_due()) {
    return;
  }
  SnapshotHeader header;
  for (const Stream& stream : streams_) {
    // What is being delivered is so once this record is durable, which is
    // later in the log.
    const Seq low =
        Mutated(Mutant::kSnapshotAtLow) ? stream.low() : stream.next();
    uint64_t position = stream.collected() + stream.kept();
    for (Seq seq = stream.low(); seq < low; ++seq) {
      position += RetainedCharge(stream.At(seq).DecidedPayload().size());
    }
    header.positions.push_back({stream.floor(), low, position});
  }
  snapshot_.phase = SnapshotState::Phase::kBegin;
  ++snapshot_.number;
  snapshot_.vote_origin = NodeId(0);
  snapshot_.vote_seq = Seq(0);
  pace_.Begin();
  AppendMark(RecordKind::kSnapshotBegin, EncodeSnapshotHeader(header), effects);
}

void Engine::FinishSnapshotRecord(const Record& record, Effects& effects) {
  --snapshot_.pending;
  if (record.kind != RecordKind::kSnapshotEcho &&
      record.kind != RecordKind::kSnapshotReady) {
    snapshot_.mark_bytes -= record.payload.size();
  }
  if (record.kind == RecordKind::kSnapshotBegin) {
    snapshot_.begin = record.token;
    snapshot_.phase = SnapshotState::Phase::kVotes;
    if (Mutated(Mutant::kDiscardTooEarly)) DiscardBefore(effects);
  } else if (record.kind == RecordKind::kSnapshotEcho) {
    Slot* slot = FindSlot(record.instance);
    if (slot != nullptr) slot->echo_token = record.token;
  } else if (record.kind == RecordKind::kSnapshotEnd) {
    snapshot_.phase = SnapshotState::Phase::kIdle;
    pace_.End();
    DiscardBefore(effects);
  }
  if (snapshot_.phase == SnapshotState::Phase::kVotes &&
      snapshot_.pending == 0) {
    AppendVotes(effects);
  }
}

void Engine::AppendVotes(Effects& effects) {
  const size_t bytes_before = pace_.bytes();
  const NodeId end(config_.nodes);
  NodeId& origin = snapshot_.vote_origin;
  if (Mutated(Mutant::kSnapshotForgetsVotes)) origin = end;
  while (origin < end) {
    const Stream& stream = StreamOf(origin);
    Seq& seq = snapshot_.vote_seq;
    seq = std::max(seq + 1, stream.next());
    if (seq > stream.top()) {
      origin = NodeId(origin.value() + 1);
      seq = Seq(0);
      continue;
    }
    AppendVotesOf(IdOf(origin, seq), effects);
    if (snapshot_.pending >= kRoundRecords ||
        pace_.bytes() - bytes_before >= kRoundBytes) {
      return;
    }
  }
  if (snapshot_.pending == 0) snapshot_.phase = SnapshotState::Phase::kEntries;
}

void Engine::AppendVotesOf(const InstanceId& id, Effects& effects) {
  Slot& slot = StreamOf(id.origin).At(id.seq);
  if (const Digest* echoed = slot.instance.echoed()) {
    slot.echo_snapshot = snapshot_.number;
    Append({.kind = RecordKind::kSnapshotEcho,
            .instance = id,
            .digest = *echoed,
            .payload = Mutated(Mutant::kSnapshotWithoutPayload)
                           ? Payload()
                           : slot.echoed_payload},
           effects);
  }
  const Digest* readied = slot.instance.readied();
  if (readied != nullptr && !Mutated(Mutant::kSnapshotForgetsReady)) {
    Append({.kind = RecordKind::kSnapshotReady,
            .instance = id,
            .digest = *readied},
           effects);
  }
}

bool Engine::WantsEntries() const {
  return snapshot_.phase == SnapshotState::Phase::kEntries &&
         snapshot_.pending == 0;
}

void Engine::AppendEntries(Payload entries, bool last, Effects& effects) {
  DISTDB_CHECK(WantsEntries(), "the caller asks first");
  AppendMark(RecordKind::kSnapshotEntries, std::move(entries), effects);
  if (!last) return;
  snapshot_.phase = SnapshotState::Phase::kEnd;
  AppendMark(RecordKind::kSnapshotEnd, Payload(), effects);
}

bool Engine::LeansOnOldEcho(const Slot& slot) const {
  return snapshot_.phase != SnapshotState::Phase::kIdle &&
         slot.echo_snapshot < snapshot_.number &&
         !Mutated(Mutant::kDeliveryBeforeSnapshot);
}

void Engine::DiscardBefore(Effects& effects) const {
  Token needed = snapshot_.begin;
  for (const Stream& stream : streams_) {
    if (Mutated(Mutant::kDiscardRetained)) break;
    needed = std::min(needed, stream.OldestToken(needed));
  }
  effects.discard_before = needed;
}

}  // namespace distdb::bracha
