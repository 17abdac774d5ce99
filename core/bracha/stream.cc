#include "core/bracha/stream.h"

#include <algorithm>

#include "core/mutant.h"

namespace distdb::bracha {

const Payload& Slot::DecidedPayload() const {
  static const Payload kAbsent;
  const Digest* decided = instance.decided();
  if (decided == nullptr) return kAbsent;
  const Digest* echoed = instance.echoed();
  const bool is_echoed =
      echoed != nullptr &&
      (*echoed == *decided || Mutated(Mutant::kValueOfFirstMessage));
  return is_echoed ? echoed_payload : pulled_payload;
}

void Stream::Archive(const Archived& delivered, size_t memory_bytes_max) {
  DISTDB_CHECK(low_ < next_, "only what is being delivered becomes delivered");
  Slot& slot = At(low_);
  const size_t open = slot.echoed_payload.size() + slot.pulled_payload.size();
  open_bytes_ -= open;
  totals_->open_bytes -= open;
  totals_->tallies -= slot.tallies_counted;
  slot = Slot();
  ++low_;
  low_index_ = low_index_ + 1 < slots_.size() ? low_index_ + 1 : 0;
  archive_.push_back(delivered);
  kept_ += RetainedCharge(delivered.bytes);
  ++totals_->retained;
  totals_->retained_bytes += delivered.bytes;
  memory_bytes_ += delivered.bytes;
  totals_->memory_bytes += delivered.bytes;
  while (memory_bytes_ > memory_bytes_max &&
         !Mutated(Mutant::kArchiveStaysInMemory)) {
    Forget(archive_[in_memory_ - floor_]);
  }
}

void Stream::Forget(Archived& archived) {
  memory_bytes_ -= archived.bytes;
  totals_->memory_bytes -= archived.bytes;
  archived.payload = Payload();
  ++in_memory_;
}

void Stream::Collect(Seq floor) {
  floor = std::min(floor, low_);
  while (floor_ < floor) CollectOldest();
}

void Stream::CollectUpTo(uint64_t position) {
  while (floor_ < low_) {
    const uint64_t charge = RetainedCharge(archive_.front().bytes);
    if (position < collected_ || position - collected_ < charge) return;
    CollectOldest();
  }
}

void Stream::CollectOldest() {
  Archived& oldest = archive_.front();
  const uint64_t charge = RetainedCharge(oldest.bytes);
  collected_ += charge;
  kept_ -= charge;
  --totals_->retained;
  totals_->retained_bytes -= oldest.bytes;
  if (in_memory_ == floor_) Forget(oldest);
  archive_.pop_front();
  ++floor_;
}

Token Stream::OldestToken(Token limit) const {
  // An instance opens once the one that lies W before it is delivered, so each
  // record is later in the log than that one's: the first W have the oldest.
  const size_t first = std::min(archive_.size(), slots_.size());
  for (size_t index = 0; index < first; ++index) {
    limit = std::min(limit, archive_[index].token);
  }
  return limit;
}

void Stream::Restore(Seq floor, uint64_t position) {
  DISTDB_CHECK(top_ == Seq(0) && low_ == Seq(1), "nothing has happened yet");
  floor_ = low_ = next_ = in_memory_ = floor;
  low_index_ = floor.value() % slots_.size();
  top_ = floor - 1;
  collected_ = position;
}

}  // namespace distdb::bracha
