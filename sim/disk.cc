#include "sim/disk.h"

#include <algorithm>

#include "core/check.h"

namespace distdb::sim {

void Disk::HandOver(absl::Span<const Record> records) {
  for (const Record& record : records) {
    DISTDB_CHECK(record.token == last_ + 1, "tokens ascend by one");
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

Token Disk::Crash(size_t survivors) {
  const size_t unsynced = Unsynced();
  DISTDB_CHECK(survivors <= unsynced, "what was not written cannot survive");
  const size_t lost = unsynced - survivors;
  records_.resize(records_.size() - lost);
  const Token first_lost = lost == 0 ? Token(0) : last_ - (lost - 1);
  last_ = last_ - lost;
  durable_ = last_;
  covered_ = last_;
  return first_lost;
}

void Disk::DiscardBefore(Token token) {
  const Token end = std::min(token, durable_ + 1);
  size_t count = 0;
  while (count < records_.size() && records_[count].token < end) ++count;
  records_.erase(records_.begin(),
                 records_.begin() + static_cast<ptrdiff_t>(count));
}

const Record* Disk::Find(Token token) const {
  if (records_.empty() || token < records_.front().token || token > durable_) {
    return nullptr;
  }
  return &records_[token - records_.front().token];
}

}  // namespace distdb::sim
