#include "sim/occasion_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/check.h"

namespace distdb::sim {

void OccasionTable::Reserve(int nodes) {
  DISTDB_CHECK(page_numbers_.empty() && others_.empty(),
               "what was counted keeps its place");
  nodes_ = static_cast<uint32_t>(nodes);
  page_numbers_.resize(nodes_);
}

uint64_t OccasionTable::CountElsewhere(Row row, const About& about) {
  const bool has_place = row != nullptr && about.to.value() < nodes_;
  return (has_place ? kFull : 0) + others_.Count(FingerprintOf(about));
}

OccasionTable::Row OccasionTable::RowOf(const About& about) {
  const uint32_t origin = about.instance.origin.value();
  const uint64_t seq = about.instance.seq.value();
  const auto kind = static_cast<size_t>(about.message);
  if (about.decision != Decision::kMessageLost || about.digest_class != 0 ||
      about.instance.epoch != Epoch(1) || origin >= nodes_ || seq >= kSeqs ||
      kind >= kKinds || about.from.value() >= nodes_) {
    return nullptr;
  }
  const size_t page_size = kKinds * nodes_ * nodes_;
  std::vector<uint32_t>& numbers = page_numbers_[origin];
  if (numbers.size() <= seq) numbers.resize(seq + 1);
  uint32_t& number = numbers[seq];
  if (number == 0) {
    pages_.resize(pages_.size() + page_size);
    number = static_cast<uint32_t>(pages_.size() / page_size);
  }
  const size_t page = (number - 1) * page_size;
  return &pages_[page + (kind * nodes_ + about.from.value()) * nodes_];
}

}  // namespace distdb::sim
