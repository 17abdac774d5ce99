// OccasionTable: counts how often each message was sent, exactly and where the
// processor's cache can hold it.
//
// Almost all that is counted are messages about the instances that are under
// way. Their counters lie together: a page per instance, a byte for each kind,
// sender and receiver. What has no place there (the second digest of an
// instance, a sequence number that a liar made up, a count beyond a byte's) is
// counted by its fingerprint.

#ifndef DISTDB_SIM_OCCASION_TABLE_H_
#define DISTDB_SIM_OCCASION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/always_inline.h"
#include "sim/about.h"
#include "sim/fingerprint_table.h"

namespace distdb::sim {

class OccasionTable {
 public:
  // Gives messages among nodes below `nodes` pages. Nothing has been counted.
  void Reserve(int nodes);

  // The counters of all that differs from `about` in its receiver alone; null
  // if it has no page. Valid until the next call.
  using Row = uint8_t*;
  Row RowOf(const About& about);

  // How often `about` was counted before, and counts it once more. `row` is
  // that of `about`.
  DISTDB_ALWAYS_INLINE uint64_t Count(Row row, const About& about) {
    const uint32_t to = about.to.value();
    if (row != nullptr && to < nodes_ && row[to] != kFull) return row[to]++;
    return CountElsewhere(row, about);
  }
  uint64_t Count(const About& about) { return Count(RowOf(about), about); }

 private:
  // Pages are for sequence numbers and kinds below these.
  static constexpr uint64_t kSeqs = 4096;
  static constexpr size_t kKinds = 9;
  static constexpr uint8_t kFull = 255;

  uint64_t CountElsewhere(Row row, const About& about);

  uint32_t nodes_ = 0;
  // Per origin and seq: the page's number, from 1; 0 where there is none yet.
  std::vector<std::vector<uint32_t>> page_numbers_;
  std::vector<uint8_t> pages_;
  FingerprintTable others_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_OCCASION_TABLE_H_
