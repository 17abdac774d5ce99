// HybridClock: timestamps that follow the wall clock and respect causality.
//
// A timestamp is larger than every timestamp this node has issued or applied
// before, and at least the wall clock. So a write that was made knowing another
// has the larger timestamp, also when the writer's clock lags. Where a liar has
// used up the largest timestamp there is, it is issued again and again: writes
// are then ordered by (origin, seq, index) alone, and nothing stops.
//
// Source: S. Kulkarni et al., "Logical Physical Clocks", OPODIS 2014; here with
// one 64-bit count of nanoseconds, whose low bits serve as the logical part.

#ifndef DISTDB_CORE_STORE_HYBRID_CLOCK_H_
#define DISTDB_CORE_STORE_HYBRID_CLOCK_H_

#include <algorithm>
#include <cstdint>
#include <limits>

#include "core/types.h"

namespace distdb {

// Orders writes; nanoseconds since the Unix epoch where clocks are right.
using Timestamp = StrongInt<struct TimestampTag, uint64_t>;

class HybridClock {
 public:
  // A timestamp for a new write.
  Timestamp Issue(WallTime wall_now) {
    constexpr Timestamp kLargest{std::numeric_limits<uint64_t>::max()};
    const Timestamp wall(
        static_cast<uint64_t>(std::max<int64_t>(wall_now.value(), 0)));
    if (latest_ < kLargest) latest_ = std::max(latest_ + 1, wall);
    return latest_;
  }

  // A write with this timestamp has been applied here.
  void Observe(Timestamp timestamp) { latest_ = std::max(latest_, timestamp); }

  Timestamp latest() const { return latest_; }

  // See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(latest_);
  }

 private:
  Timestamp latest_;
};

}  // namespace distdb

#endif  // DISTDB_CORE_STORE_HYBRID_CLOCK_H_
