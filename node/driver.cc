#include "node/driver.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/command.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/record.h"
#include "core/replica.h"
#include "core/types.h"
#include "node/segmented_log.h"

namespace distdb {
namespace {

// Records read back per turn, so that catching up a peer does not hold up the
// clients.
constexpr int kLoadsPerTurn = 64;
constexpr size_t kLoadBytesPerTurn = 4 * 1024 * 1024;

// The mark is synced after so long without another sync.
constexpr Duration kMarkSyncDelay = 100 * kMillisecond;

// Never durable.
constexpr Token kRefused{std::numeric_limits<uint64_t>::max()};

}  // namespace

Driver::Driver(std::unique_ptr<Replica> replica,
               std::unique_ptr<SegmentedLog> log, Clock clock, DriverHost* host)
    : replica_(std::move(replica)),
      log_(std::move(log)),
      clock_(std::move(clock)),
      host_(host),
      durable_(log_->last()) {}

void Driver::Handle(const Event& event) {
  // Time-outs of what comes in now must not count from long ago.
  if (!ticked_) Tick(clock_());
  Step(event);
}

absl::Status Driver::FinishTurn() {
  const Now now = clock_();
  if (next_deadline_ <= now.monotonic) Tick(now);
  ServeLoads();
  Persist();
  MaybeSyncMark(now.monotonic);
  AnswerAll();
  if (observer_ != nullptr) observer_->OnTurnEnd(*replica_);
  ticked_ = false;
  return disk_status_;
}

Time Driver::NextDeadline() const {
  const bool can_write = log_->has_pending() && !syncing_;
  if (can_write || !loads_.empty()) return Time(0);
  return syncing_ ? next_deadline_ : std::min(next_deadline_, mark_due_);
}

void Driver::Tick(Now now) {
  ticked_ = true;
  Step(distdb::Tick{now.monotonic, now.wall});
}

void Driver::Step(const Event& event) {
  replica_->Step(event, effects_);
  ++stats_.steps;
  if (observer_ != nullptr) observer_->OnStep(event, effects_);
  CarryOut();
  effects_.Clear();
}

void Driver::CarryOut() {
  const Token after = TakeRecords();
  for (const Envelope& envelope : effects_.send) host_->Send(envelope);
  for (Envelope& envelope : effects_.send_after_persist) {
    if (after <= durable_) {
      host_->Send(envelope);
    } else {
      held_envelopes_.push_back({after, std::move(envelope)});
    }
  }
  for (Reply& reply : effects_.replies) replies_.push_back(std::move(reply));
  for (Reply& reply : effects_.replies_after_persist) {
    if (after <= durable_) {
      replies_.push_back(std::move(reply));
    } else {
      held_replies_.push_back({after, std::move(reply)});
    }
  }
  for (const Token token : effects_.load) loads_.push_back(token);
  for (const Delivery& delivery : effects_.delivered) {
    host_->OnDelivered(delivery);
  }
  for (const Fault& fault : effects_.faults) host_->OnFault(fault);
  stats_.delivered += effects_.delivered.size();
  if (effects_.discard_before > Token(0)) {
    log_->Discard(effects_.discard_before);
  }
  next_deadline_ = effects_.next_deadline;
}

Token Driver::TakeRecords() {
  for (const Record& record : effects_.persist) log_->Add(record);
  stats_.records += effects_.persist.size();
  if (refused_ && effects_.persist.empty()) return kRefused;
  if (refused_) {
    refused_ = false;
    for (HeldEnvelope& held : held_envelopes_) {
      if (held.after == kRefused) held.after = log_->last();
    }
    for (HeldReply& held : held_replies_) {
      if (held.after == kRefused) held.after = log_->last();
    }
  }
  return log_->last();
}

void Driver::ServeLoads() {
  size_t bytes = 0;
  for (int i = 0; i < kLoadsPerTurn && !loads_.empty(); ++i) {
    if (bytes > kLoadBytesPerTurn) return;
    const Token token = loads_.front();
    loads_.pop_front();
    absl::StatusOr<Record> record = log_->Load(token);
    if (record.ok()) {
      bytes += record->payload.size();
      Step(Loaded{*std::move(record)});
    } else {
      Step(LoadFailed{token, std::string(record.status().message())});
    }
  }
}

void Driver::Persist() {
  if (syncing_ || !log_->has_pending() || !disk_status_.ok()) return;
  const Token first = log_->first_pending();
  const absl::Status status =
      log_->Write({.snapshot_bytes = replica_->SnapshotBytesMax(),
                   .give_up = replica_->IsMakingRoom()});
  if (absl::IsResourceExhausted(status)) {
    return Refuse(first, std::string(status.message()));
  }
  if (!status.ok()) {
    disk_status_ = status;
    return;
  }
  // While a snapshot makes room, nothing else is taken.
  if (disk_full_ && !replica_->IsMakingRoom()) {
    host_->OnDisk("");
    disk_full_ = false;
  }
  BeginSync(log_->last(), /*mark=*/false);
}

void Driver::BeginSync(Token token, bool mark) {
  disk_status_ = log_->BeginSync(mark);
  if (!disk_status_.ok()) return;
  syncing_ = true;
  sync_began_ = clock_().monotonic;
  sync_token_ = token;
  mark_due_ = kNever;
  host_->StartSync();
}

void Driver::MaybeSyncMark(Time now) {
  if (syncing_ || !disk_status_.ok() || !log_->HasUnsyncedMark()) return;
  if (mark_due_ == kNever) mark_due_ = now + kMarkSyncDelay;
  if (mark_due_ <= now) BeginSync(durable_, /*mark=*/true);
}

void Driver::OnSynced(const absl::Status& status) {
  syncing_ = false;
  if (!status.ok()) {
    disk_status_ = status;
    return;
  }
  stats_.sync_time += clock_().monotonic - sync_began_;
  ++stats_.syncs;
  disk_status_ = log_->EndSync();
  if (!disk_status_.ok()) return;
  if (sync_token_ == durable_) return;  // It was of the mark alone.
  durable_ = sync_token_;
  Release();
  Step(Persisted{durable_});
}

void Driver::Refuse(Token first, const std::string& why) {
  if (!disk_full_) host_->OnDisk(why);
  disk_full_ = true;
  refused_ = true;
  for (HeldEnvelope& held : held_envelopes_) {
    if (held.after >= first) held.after = kRefused;
  }
  for (HeldReply& held : held_replies_) {
    if (held.after >= first) held.after = kRefused;
  }
  Step(PersistFailed{first, why});
}

void Driver::Release() {
  while (!held_envelopes_.empty() &&
         held_envelopes_.front().after <= durable_) {
    host_->Send(held_envelopes_.front().envelope);
    held_envelopes_.pop_front();
  }
  while (!held_replies_.empty() && held_replies_.front().after <= durable_) {
    replies_.push_back(std::move(held_replies_.front().reply));
    held_replies_.pop_front();
  }
}

void Driver::AnswerAll() {
  // An answer may make its connection ask the next thing, which may be
  // answered at once.
  while (!replies_.empty()) {
    Reply reply = std::move(replies_.front());
    replies_.pop_front();
    host_->Answer(std::move(reply));
  }
}

}  // namespace distdb
