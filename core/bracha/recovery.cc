// From the records that survived a crash to the streams that they describe.
// Whatever prefix of the log a crash leaves is valid here; what no crash can
// explain is refused as DataLoss, because a node that guesses would break the
// promises it has made.

#include <algorithm>

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

absl::Status Engine::Recover(const Record& record,
                             std::vector<Delivery>& recovered) {
  if (!journal_.Recover(record.token)) {
    return Contradiction(record, "its token does not ascend");
  }
  const InstanceId& id = record.instance;
  if (id.epoch != config_.epoch ||
      id.origin.value() >= static_cast<uint32_t>(config_.nodes) ||
      id.seq == Seq(0)) {
    return Contradiction(record, "no such instance in this configuration");
  }
  if (id.origin == config_.self) next_own_ = std::max(next_own_, id.seq + 1);
  switch (record.kind) {
    case RecordKind::kEcho:
    case RecordKind::kReady:
      return RecoverVote(record);
    case RecordKind::kDelivered:
      return RecoverDelivery(record, recovered);
    case RecordKind::kApplied:
      return Contradiction(
          record, "written in mode broadcast; start the node in that mode");
  }
  return Contradiction(record, "an unknown kind of record");
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
  const bool is_echo = record.kind == RecordKind::kEcho;
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
  return absl::OkStatus();
}

void Engine::Resume(Effects& effects) {
  resumed_ = true;
  for (const NodeId origin : NodeSet::FirstN(config_.nodes)) {
    CollectBelowAll(origin);  // A node without peers hears no watermark.
    Stream& stream = StreamOf(origin);
    const Seq top = stream.top();
    for (Seq seq = stream.low(); seq <= top; ++seq) {
      Slot& slot = stream.At(seq);
      Apply(IdOf(origin, seq), slot.instance.Resume(quorums_), effects);
    }
  }
}

}  // namespace distdb::bracha
