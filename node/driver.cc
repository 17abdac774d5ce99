#include "node/driver.h"

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
#include "node/log_file.h"

namespace distdb {
namespace {

// Records read back per turn, so that catching up a peer does not hold up the
// clients.
constexpr int kLoadsPerTurn = 64;

// Never durable.
constexpr Token kRefused{std::numeric_limits<uint64_t>::max()};

}  // namespace

Driver::Driver(std::unique_ptr<Replica> replica, std::unique_ptr<LogFile> log,
               Clock clock, DriverHost* host)
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
  absl::Status status = Persist();
  if (!status.ok()) return status;
  AnswerAll();
  ticked_ = false;
  return absl::OkStatus();
}

Time Driver::NextDeadline() const {
  const bool now = log_->has_pending() || !loads_.empty();
  return now ? Time(0) : next_deadline_;
}

void Driver::Tick(Now now) {
  ticked_ = true;
  Step(distdb::Tick{now.monotonic, now.wall});
}

void Driver::Step(const Event& event) {
  replica_->Step(event, effects_);
  ++stats_.steps;
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
  stats_.faults += effects_.faults.size();
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
  for (int i = 0; i < kLoadsPerTurn && !loads_.empty(); ++i) {
    const Token token = loads_.front();
    loads_.pop_front();
    absl::StatusOr<Record> record = log_->Load(token);
    if (record.ok()) {
      Step(Loaded{*std::move(record)});
    } else {
      Step(LoadFailed{token, std::string(record.status().message())});
    }
  }
}

absl::Status Driver::Persist() {
  if (!log_->has_pending()) return absl::OkStatus();
  const Token first = log_->first_pending();
  absl::Status status = log_->Write();
  if (absl::IsResourceExhausted(status)) {
    Refuse(first, std::string(status.message()));
    return absl::OkStatus();
  }
  if (!status.ok()) return status;
  const Time before = clock_().monotonic;
  status = log_->Sync();
  if (!status.ok()) return status;
  stats_.sync_time += clock_().monotonic - before;
  ++stats_.syncs;
  if (disk_full_) host_->OnDisk("");
  disk_full_ = false;
  durable_ = log_->last();
  Release();
  Step(Persisted{durable_});
  return absl::OkStatus();
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
