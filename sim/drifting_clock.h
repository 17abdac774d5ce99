// DriftingClock: a clock that runs faster or slower than virtual time.

#ifndef DISTDB_SIM_DRIFTING_CLOCK_H_
#define DISTDB_SIM_DRIFTING_CLOCK_H_

#include <cstdint>

#include "core/types.h"

namespace distdb::sim {

// Times of up to 50 hours: products stay below 2^63.
class DriftingClock {
 public:
  // By how many millionths it is faster; -50'000 to 50'000.
  explicit constexpr DriftingClock(int64_t ppm) : ppm_(ppm) {}

  // What it shows once `time` has passed. Never goes back.
  constexpr Duration Elapsed(Duration time) const {
    if (ppm_ == 0) return time;  // As most do; a division takes long.
    return time + time * ppm_ / kMillion;
  }

  // The earliest time at which it shows at least `elapsed`; 0 for the past.
  constexpr Duration TimeUntil(Duration elapsed) const {
    if (elapsed <= 0) return 0;
    if (ppm_ == 0) return elapsed;
    Duration time = elapsed - elapsed * ppm_ / (kMillion + ppm_);
    while (Elapsed(time) < elapsed) ++time;
    while (time > 0 && Elapsed(time - 1) >= elapsed) --time;
    return time;
  }

 private:
  static constexpr int64_t kMillion = 1'000'000;

  int64_t ppm_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DRIFTING_CLOCK_H_
