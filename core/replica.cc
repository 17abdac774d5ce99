#include "core/replica.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/answer.h"
#include "core/fields.h"
#include "core/mutant.h"
#include "core/snapshot.h"
#include "core/store/entries_codec.h"
#include "core/value_fields.h"

namespace distdb {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

// What a write takes in the budget of those that wait, beside its bytes.
constexpr size_t kWriteCharge = kWaitingWriteBytes + kWaitingBatchBytes;

}  // namespace

absl::StatusOr<std::unique_ptr<Replica>> Replica::Create(
    const Config& config, absl::Span<const Record> records) {
  if (absl::Status status = ValidateConfig(config); !status.ok()) return status;
  std::vector<Delivery> recovered;
  absl::StatusOr<std::unique_ptr<Replicator>> replicator =
      MakeReplicator(config, &IsWellFormedBatch, records, recovered);
  if (!replicator.ok()) return replicator.status();
  std::unique_ptr<Replica> replica(new Replica(config, *std::move(replicator)));
  if (absl::Status status = replica->RestoreStore(records); !status.ok()) {
    return status;
  }
  for (const Delivery& delivery : recovered) replica->Apply(delivery);
  for (const Record& record : records) replica->ObserveOwn(record);
  return replica;
}

Replica::Replica(const Config& config, std::unique_ptr<Replicator> replicator)
    : config_(config),
      replicator_(std::move(replicator)),
      evidence_(config.nodes) {
  static_assert(sizeof(PendingWrite) <= kWaitingWriteBytes);
  static_assert(sizeof(PendingBatch) <= kWaitingBatchBytes);
  static_assert(sizeof(PendingRead) <= kWaitingReadBytes);
}

absl::StatusOr<std::unique_ptr<Replica>> Replica::Resume(
    const Config& config, Store store, absl::string_view state) {
  absl::StatusOr<std::unique_ptr<Replica>> replica = Create(config, {});
  if (!replica.ok()) return replica;
  FieldReader reader(state);
  (*replica)->replicator_->Load(reader);
  (*replica)->Fields(reader);
  if (!reader.ok() || reader.remaining() > 0) {
    return absl::DataLossError(
        absl::StrCat("a replica's state that does not make sense at byte ",
                     reader.offset(), " of ", state.size()));
  }
  (*replica)->store_ = std::move(store);
  return replica;
}

void Replica::Save(std::string& state) const {
  FieldWriter writer(&state);
  replicator_->Save(writer);
  // The list is the reader's, too; a writer changes nothing.
  const_cast<Replica*>(this)->Fields(writer);
}

absl::Status Replica::RestoreStore(absl::Span<const Record> records) {
  const std::optional<SnapshotPlace> place = FindSnapshot(records);
  if (!place.has_value()) return absl::OkStatus();
  for (size_t index = place->begin; index <= place->end; ++index) {
    if (records[index].kind != RecordKind::kSnapshotEntries) continue;
    absl::Status status = DecodeEntries(records[index].payload.bytes(), store_);
    if (!status.ok()) return status;
  }
  // The largest timestamp applied is that of an entry: no later write of its
  // key has taken its place.
  for (const auto& [key, entry] : store_.entries()) {
    clock_.Observe(entry.version.timestamp);
  }
  return absl::OkStatus();
}

void Replica::SupplyEntries(Effects& effects) {
  bool last = false;
  std::string entries = EncodeEntries(store_, entries_after_, last);
  if (last) entries_after_.reset();
  replicator_->AppendEntries(Payload(std::move(entries)), last, effects);
}

void Replica::ObserveOwn(const Record& record) {
  const bool is_echo = record.kind == RecordKind::kEcho ||
                       record.kind == RecordKind::kSnapshotEcho;
  if (!is_echo || record.instance.origin != config_.self ||
      record.instance.seq <= Watermark(config_.self)) {
    return;
  }
  const absl::StatusOr<BatchView> batch = DecodeBatch(record.payload.bytes());
  if (batch.ok()) clock_.Observe(batch->timestamp);
}

void Replica::Step(const Event& event, Effects& effects) {
  Replicator& replicator = *replicator_;
  std::visit(
      Overloaded{
          [&](const Tick& tick) { HandleTick(tick, effects); },
          [&](const Receive& receive) {
            replicator.HandleMessage(receive.from, receive.message, effects);
          },
          [&](const Request& request) { HandleRequest(request, effects); },
          [&](const Persisted& persisted) {
            replicator.HandlePersisted(persisted.token, effects);
          },
          [&](const PersistFailed& failed) {
            replicator.HandlePersistFailed(failed.token, effects);
          },
          [&](const Loaded& loaded) {
            replicator.HandleLoaded(loaded.record, effects);
          },
          [&](const LoadFailed& failed) {
            replicator.HandleLoadFailed(failed.token, effects);
          },
          [&](const PeerUp& up) { replicator.HandlePeerUp(up.peer, effects); },
          [&](const PeerDown& down) { replicator.HandlePeerDown(down.peer); },
      },
      event);
  if (!effects.faults.empty()) evidence_.Sift(effects.faults);
  if (!effects.delivered.empty()) ApplyDelivered(effects);
  // With what was delivered in this step.
  if (replicator_->WantsEntries()) SupplyEntries(effects);
  // A window or a budget may have room again: what waited for that need not
  // wait for a Tick.
  if (!flush_due_ && !open_.empty()) MaybePropose(effects);
  effects.next_deadline = NextDeadline();
}

void Replica::HandleTick(const Tick& tick, Effects& effects) {
  now_ = tick.now;
  wall_now_ = tick.wall_now;
  replicator_->HandleTick(now_, effects);
  flush_due_ = false;
  MaybePropose(effects);
  if (now_ >= expire_at_) ExpireRequests(effects);
}

void Replica::HandleRequest(const Request& request, Effects& effects) {
  std::visit(
      Overloaded{
          [&](const Write& write) { HandleWrite(request, write, effects); },
          [&](const Get& get) { HandleRead(request, get.at_least, effects); },
          [&](const List& list) {
            HandleRead(request, list.at_least, effects);
          },
      },
      request.command);
}

void Replica::HandleWrite(const Request& request, const Write& write,
                          Effects& effects) {
  absl::Status status = CheckWrite(write);
  if (status.ok()) status = replicator_->Admission();
  if (!status.ok()) {
    effects.replies.push_back(
        Answer(request.client, request.request, std::move(status)));
    return;
  }
  size_t bytes = 0;
  for (const Mutation& mutation : write.mutations) {
    bytes += EncodedBytes(mutation);
  }
  PendingBatch& batch = OpenBatch(bytes, write.mutations.size());
  for (const Mutation& mutation : write.mutations) batch.builder.Add(mutation);
  waiting_bytes_ += bytes + kWriteCharge;
  const Time deadline = now_ + config_.request_timeout;
  batch.writes.push_back(
      {.client = request.client,
       .request = request.request,
       .mutations = static_cast<uint32_t>(write.mutations.size()),
       .deadline = deadline});
  expire_at_ = std::min(expire_at_, deadline);
  flush_due_ = true;
}

absl::Status Replica::CheckWrite(const Write& write) const {
  if (write.mutations.empty()) {
    return absl::InvalidArgumentError("a write without a mutation");
  }
  size_t bytes = 0;
  for (const Mutation& mutation : write.mutations) {
    if (mutation.key.size() > kKeyBytesMax) {
      return TooLong("a key", mutation.key.size(), kKeyBytesMax);
    }
    if (mutation.value.size() > kValueBytesMax) {
      return TooLong("a value", mutation.value.size(), kValueBytesMax);
    }
    if (mutation.kind == MutationKind::kDelete && !mutation.value.empty()) {
      return absl::InvalidArgumentError("a delete with a value");
    }
    bytes += EncodedBytes(mutation);
  }
  const size_t bytes_max = config_.payload_bytes_max - kBatchHeaderBytes;
  if (bytes > bytes_max || write.mutations.size() > kBatchMutationsMax) {
    return TooLong("a write", bytes, bytes_max);
  }
  if (waiting_bytes_ + bytes + kWriteCharge > config_.waiting_bytes_max) {
    return absl::ResourceExhaustedError(absl::StrCat(
        waiting_bytes_, " bytes of writes wait already: try again"));
  }
  return absl::OkStatus();
}

Replica::PendingBatch& Replica::OpenBatch(size_t bytes, size_t mutations) {
  if (open_.empty() ||
      open_.back().builder.bytes() + bytes > config_.payload_bytes_max ||
      open_.back().builder.count() + mutations > kBatchMutationsMax ||
      Rarely(config_.rare_events, RareEvent::kBatchOfOne,
             {config_.epoch, config_.self, Seq(0)})) {
    open_.emplace_back();
  }
  return open_.back();
}

void Replica::MaybePropose(Effects& effects) {
  while (!open_.empty() && replicator_->HasRoom() &&
         replicator_->Admission().ok()) {
    PendingBatch& batch = open_.front();
    waiting_bytes_ -= batch.builder.bytes() - kBatchHeaderBytes +
                      batch.writes.size() * kWriteCharge;
    Payload payload(batch.builder.Build(clock_.Issue(wall_now_)));
    batch.seq = replicator_->Propose(std::move(payload), effects).seq;
    if (Mutated(Mutant::kReplyTooEarly)) {
      for (PendingWrite& write : batch.writes) {
        write.answered = true;
        effects.replies.push_back(
            Answer(write.client, write.request, absl::OkStatus()));
        effects.replies.back().token = {config_.self, batch.seq};
      }
    }
    AddInFlight(std::move(batch));
    open_.pop_front();
  }
}

void Replica::AddInFlight(PendingBatch batch) {
  writes_in_flight_ += batch.writes.size();
  in_flight_.push_back(std::move(batch));
}

void Replica::DropInFlight() {
  writes_in_flight_ -= in_flight_.front().writes.size();
  in_flight_.pop_front();
}

void Replica::ApplyDelivered(Effects& effects) {
  for (const Delivery& delivery : effects.delivered) {
    const std::vector<bool> existed = Apply(delivery);
    if (delivery.instance.origin == config_.self) {
      AnswerWrites(delivery.instance.seq, existed, effects);
    }
  }
  AnswerReads(effects);
}

std::vector<bool> Replica::Apply(const Delivery& delivery) {
  const absl::StatusOr<BatchView> batch = DecodeBatch(delivery.payload.bytes());
  // Correct nodes echo no malformed payload, so only more than f liars get one
  // delivered; it means nothing, everywhere alike.
  if (!batch.ok()) return {};
  clock_.Observe(batch->timestamp);
  return store_.Apply(delivery.instance, *batch);
}

void Replica::AnswerWrites(Seq seq, const std::vector<bool>& existed,
                           Effects& effects) {
  // An instance from before a restart has nobody who waits.
  if (in_flight_.empty() || in_flight_.front().seq != seq) return;
  size_t index = 0;
  for (const PendingWrite& write : in_flight_.front().writes) {
    const size_t end = index + write.mutations;
    Reply reply = Answer(write.client, write.request, absl::OkStatus());
    reply.token = {config_.self, seq};
    if (end > existed.size()) {
      reply.status = absl::DataLossError(
          "something else was delivered in its place: more nodes lie than this "
          "cluster survives");
    }
    for (; index < end && index < existed.size(); ++index) {
      reply.existed += existed[index] ? 1 : 0;
    }
    index = end;
    if (!write.answered) effects.replies.push_back(std::move(reply));
  }
  DropInFlight();
}

void Replica::ExpireRequests(Effects& effects) {
  expire_at_ = kNever;
  for (std::deque<PendingBatch>* batches : {&in_flight_, &open_}) {
    for (PendingBatch& batch : *batches) {
      for (PendingWrite& write : batch.writes) {
        if (write.answered) continue;
        if (write.deadline > now_) {
          expire_at_ = std::min(expire_at_, write.deadline);
          continue;
        }
        write.answered = true;
        effects.replies.push_back(
            Answer(write.client, write.request,
                   absl::DeadlineExceededError(
                       "not delivered in time; it may still be, later")));
      }
    }
  }
  ExpireReads(effects);
}

bool Replica::HasApplied(Dot dot) const {
  return dot.seq == Seq(0) || replicator_->Watermark(dot.origin) >= dot.seq;
}

Time Replica::NextDeadline() const {
  if (flush_due_) return now_;
  return std::min(replicator_->NextDeadline(), expire_at_);
}

}  // namespace distdb
