// DelayShape: how the delays of one link are spread, in integers.

#ifndef DISTDB_SIM_DELAY_SHAPE_H_
#define DISTDB_SIM_DELAY_SHAPE_H_

#include <algorithm>
#include <bit>
#include <cstdint>

#include "core/types.h"

namespace distdb::sim {

enum class DelayShape : uint8_t {
  kUniform,     // From 0 to the jitter.
  kTwoHumped,   // Near 0 or near the jitter, as over two routes.
  kLongTailed,  // Mostly below an eighth of it, rarely up to eight times it.
};

// How many answers there are to the question for a delay. Requires jitter >= 0.
constexpr uint64_t DelayAnswers(DelayShape shape, Duration jitter) {
  return shape == DelayShape::kLongTailed ? uint64_t{1} << 20
                                          : static_cast<uint64_t>(jitter) + 1;
}

// The delay for one of them. 0 for 0.
constexpr Duration DelayOf(DelayShape shape, Duration jitter, uint64_t answer) {
  const auto x = static_cast<Duration>(answer);
  switch (shape) {
    case DelayShape::kUniform:
      return x;
    case DelayShape::kTwoHumped:
      return answer % 2 == 0 ? x / 8 : jitter - x / 8;
    case DelayShape::kLongTailed: {
      // Each doubling is half as likely as the one before.
      const int doublings = std::min(std::countr_one(answer), 7);
      const Duration most = jitter / 16 << doublings;
      return most * (x >> 10) / 1024;
    }
  }
  return x;
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DELAY_SHAPE_H_
