// Journal: a replica's records on their way to disk.
//
// It numbers records, hands them to the driver through Effects::persist, keeps
// each until it is durable, and issues it again after a full disk has refused
// it. Every replicator has one.
//
//   journal.Append({.kind = …, .instance = …}, effects);
//   …
//   // on Persisted{token}:
//   while (std::optional<Record> record = journal.PopDurable(token)) { … }
//
// Invariants:
//   1. Tokens ascend; a record that was refused gets a new one.
//   2. Records become durable in the order in which they were appended.
//   3. While `full`, nothing is handed over; what was refused and what was
//      appended since is handed over together when the retry is due.

#ifndef DISTDB_CORE_JOURNAL_H_
#define DISTDB_CORE_JOURNAL_H_

#include <cstddef>
#include <optional>
#include <utility>

#include "core/effects.h"
#include "core/fifo.h"
#include "core/mutant.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {

class Journal {
 public:
  // A refused record is issued again after `retry_interval`.
  explicit Journal(Duration retry_interval) : retry_interval_(retry_interval) {}

  // A record that survived; tokens must ascend: false if this one does not.
  bool Recover(Token token) {
    if (token < next_token_) return false;
    next_token_ = token + 1;
    return true;
  }

  // Records on their way to disk.
  size_t size() const { return pending_.size(); }

  bool full() const { return retry_at_ != kNever; }
  // HandleTick is due by then.
  Time NextDeadline() const { return retry_at_; }

  void Append(Record record, Effects& effects) {
    if (!full()) {
      record.token = NextToken();
      effects.persist.push_back(record);
    }
    pending_.push_back(std::move(record));
  }

  // The oldest record not yet returned that Persisted{token} made durable.
  std::optional<Record> PopDurable(Token token) {
    if (pending_.empty() || pending_.front().token == kRefused ||
        pending_.front().token > token) {
      return std::nullopt;
    }
    return pending_.pop_front();
  }

  // The disk took nothing from `token` on.
  void Refuse(Token token, Time now) {
    retry_at_ = now + retry_interval_;
    for (size_t i = 0; i < pending_.size(); ++i) {
      Record& record = pending_[i];
      if (record.token >= token) record.token = kRefused;
    }
  }

  void HandleTick(Time now, Effects& effects) {
    if (now < retry_at_) return;
    retry_at_ = kNever;
    if (Mutated(Mutant::kRefusedForgotten)) return;
    for (size_t i = 0; i < pending_.size(); ++i) {
      Record& record = pending_[i];
      if (record.token != kRefused) continue;
      record.token = NextToken();
      effects.persist.push_back(record);
    }
  }

  // See fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(next_token_, pending_, retry_at_);
  }

 private:
  static constexpr Token kRefused{0};

  Token NextToken() { return std::exchange(next_token_, next_token_ + 1); }

  Duration retry_interval_;
  Token next_token_{1};
  Fifo<Record> pending_;
  Time retry_at_ = kNever;
};

}  // namespace distdb

#endif  // DISTDB_CORE_JOURNAL_H_
