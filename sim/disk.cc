#include "sim/disk.h"

#include <algorithm>

#include "core/check.h"

namespace distdb::sim {

void Disk::Append(absl::Span<const Record> records) {
  for (const Record& record : records) {
    DISTDB_CHECK(record.token == used_ + 1, "tokens ascend by one");
    used_ = record.token;
    last_ = record.token;
    records_.push_back(record);
  }
}

void Disk::Write() {
  DISTDB_CHECK(HasAppended(), "something is there to be written");
  written_ = last_;
}

Token Disk::Refuse() {
  DISTDB_CHECK(HasAppended(), "something is there to be refused");
  const size_t first = FirstAfter(written_);
  const Token refused = records_[first].token;
  records_.resize(first);
  last_ = written_;
  return refused;
}

Token Disk::BeginFsync() {
  DISTDB_CHECK(!IsSyncing(), "one fsync at a time");
  DISTDB_CHECK(HasUnsynced(), "something is there to be synced");
  covered_ = written_;
  return covered_;
}

Token Disk::CompleteFsync() {
  DISTDB_CHECK(IsSyncing(), "an fsync that completes has begun");
  durable_ = covered_;
  return durable_;
}

Token Disk::Crash(size_t survivors) {
  DISTDB_CHECK(survivors <= AtRisk(), "what was not written cannot survive");
  const size_t kept = FirstAfter(durable_) + survivors;
  const bool loses = kept < records_.size();
  const Token first_lost = loses ? records_[kept].token : Token(0);
  Truncate(kept);
  return first_lost;
}

void Disk::Truncate(size_t count) {
  DISTDB_CHECK(count <= records_.size(), "a disk does not invent records");
  records_.resize(count);
  Token token;
  for (Record& record : records_) {
    token = token + 1;
    record.token = token;
  }
  durable_ = covered_ = written_ = last_ = used_ = token;
}

size_t Disk::FirstAfter(Token token) const {
  const auto after = std::upper_bound(
      records_.begin(), records_.end(), token,
      [](Token a, const Record& record) { return a < record.token; });
  return static_cast<size_t>(after - records_.begin());
}

const Record* Disk::Find(Token token) const {
  if (token > durable_) return nullptr;
  const size_t end = FirstAfter(token);
  if (end == 0 || records_[end - 1].token != token) return nullptr;
  return &records_[end - 1];
}

}  // namespace distdb::sim
