#include "sim/disk.h"

#include <algorithm>

#include "core/check.h"

namespace distdb::sim {

void Disk::HandOver(absl::Span<const Record> records) {
  for (const Record& record : records) {
    DISTDB_CHECK(record.token == used_ + 1, "tokens ascend by one");
    used_ = record.token;
    last_ = record.token;
    records_.push_back(record);
  }
}

Token Disk::BeginFsync() {
  DISTDB_CHECK(!IsSyncing(), "one fsync at a time");
  covered_ = last_;
  return covered_;
}

Token Disk::CompleteFsync() {
  DISTDB_CHECK(IsSyncing(), "an fsync that completes has begun");
  durable_ = covered_;
  return durable_;
}

Token Disk::Refuse() {
  DISTDB_CHECK(HasUnsynced() && !IsSyncing(), "something is there to refuse");
  const size_t first = FirstAfter(durable_);
  const Token refused = records_[first].token;
  records_.resize(first);
  last_ = durable_;
  covered_ = durable_;
  return refused;
}

Token Disk::Crash(size_t survivors) {
  DISTDB_CHECK(survivors <= Unsynced(), "what was not written cannot survive");
  const size_t kept = FirstAfter(durable_) + survivors;
  const bool loses = kept < records_.size();
  const Token first_lost = loses ? records_[kept].token : Token(0);
  records_.resize(kept);
  // The next life goes on after the last record that is there.
  if (survivors > 0) durable_ = records_.back().token;
  covered_ = durable_;
  last_ = durable_;
  used_ = durable_;
  return first_lost;
}

size_t Disk::FirstAfter(Token token) const {
  const auto after = std::upper_bound(
      records_.begin(), records_.end(), token,
      [](Token a, const Record& record) { return a < record.token; });
  return static_cast<size_t>(after - records_.begin());
}

void Disk::DiscardBefore(Token token) {
  const Token end = std::min(token, durable_ + 1);
  size_t count = 0;
  while (count < records_.size() && records_[count].token < end) ++count;
  records_.erase(records_.begin(),
                 records_.begin() + static_cast<ptrdiff_t>(count));
}

const Record* Disk::Find(Token token) const {
  if (token > durable_) return nullptr;
  const size_t end = FirstAfter(token);
  if (end == 0 || records_[end - 1].token != token) return nullptr;
  return &records_[end - 1];
}

}  // namespace distdb::sim
