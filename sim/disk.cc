#include "sim/disk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
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
  if (bytes_.has_value()) {
    bytes_->Write(absl::MakeConstSpan(records_).subspan(FirstAfter(written_)));
  }
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
  if (bytes_.has_value()) bytes_->BeginFsync();
  return covered_;
}

Token Disk::CompleteFsync() {
  DISTDB_CHECK(IsSyncing(), "an fsync that completes has begun");
  durable_ = covered_;
  if (bytes_.has_value()) bytes_->CompleteFsync();
  return durable_;
}

Token Disk::Crash(size_t survivors, Damage tail, DrawBelow draw) {
  DISTDB_CHECK(survivors <= AtRisk(), "what was not written cannot survive");
  const size_t kept = FirstAfter(durable_) + survivors;
  const bool loses = kept < records_.size();
  const Token first_lost = loses ? records_[kept].token : Token(0);
  if (bytes_.has_value()) bytes_->CutPower(kept, tail, draw);
  Truncate(kept);
  return first_lost;
}

bool Disk::Discard(Token before) {
  DISTDB_CHECK(before <= durable_, "a snapshot is durable before the cut");
  if (before == Token(0)) return false;
  const size_t discarded = FirstAfter(before - 1);
  if (discarded <= discarded_) return false;
  discarded_ = discarded;
  return true;
}

void Disk::Forget(size_t count) {
  if (discarded_ > 0) count = 0;
  if (bytes_.has_value()) {
    bytes_->CutPower(count, Damage::kNone, [](uint64_t) { return 0; });
  }
  Truncate(count);
}

void Disk::Truncate(size_t count) {
  DISTDB_CHECK(count <= records_.size(), "a disk does not invent records");
  records_.resize(count);
  discarded_ = std::min(discarded_, count);
  Token token;
  for (Record& record : records_) {
    token = token + 1;
    record.token = token;
  }
  durable_ = covered_ = written_ = last_ = used_ = token;
}

absl::StatusOr<bool> Disk::Strike(Damage damage, DrawBelow draw) {
  DISTDB_CHECK(bytes_.has_value(), "damage strikes bytes");
  // First the start after the crash, which cuts what that left.
  absl::Status recovered = Recover();
  if (!recovered.ok()) return recovered;
  const ByteLog::Duty duty = bytes_->Strike(damage, draw);
  if (!duty.refuses) {
    // Bytes are never cut at their beginning: a start finds all of them again.
    discarded_ = 0;
    Truncate(duty.records);
    recovered = Recover();
    if (!recovered.ok()) return recovered;
    return false;
  }
  if (bytes_->Recover().ok()) {
    return absl::InternalError(
        "a log that was damaged where it had been synced was not refused");
  }
  bytes_->Clear();
  Truncate(0);
  return true;
}

absl::Status Disk::Recover() {
  if (!bytes_.has_value()) return absl::OkStatus();
  const absl::StatusOr<std::vector<Record>> read = bytes_->Recover();
  if (!read.ok()) {
    return absl::InternalError(
        absl::StrCat("a log that is sound was refused: ",
                     absl::string_view(read.status().message())));
  }
  if (*read == records_) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      "what was durable has not come back: of the ", records_.size(),
      " records of the log its reader finds ", read->size(),
      read->size() == records_.size() ? ", not all of them the same" : ""));
}

bool Disk::ReadsBack(const Record* found) const {
  if (!bytes_.has_value()) return true;
  const absl::StatusOr<Record> read =
      bytes_->Load(static_cast<size_t>(found - records_.data()), found->token);
  return read.ok() && *read == *found;
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
  if (end <= discarded_ || records_[end - 1].token != token) return nullptr;
  return &records_[end - 1];
}

}  // namespace distdb::sim
