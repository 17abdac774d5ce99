// Backoff: how long to wait before the next try.
//
// `first`, then twice as long each time, up to `max`; each shortened at random
// by up to a half, so that nodes which lost a peer together do not all come
// back to it together.

#ifndef DISTDB_NET_BACKOFF_H_
#define DISTDB_NET_BACKOFF_H_

#include <algorithm>
#include <cstdint>

#include "core/types.h"

namespace distdb {

class Backoff {
 public:
  // Requires 0 < first <= max.
  Backoff(Duration first, Duration max, uint64_t seed)
      : first_(first), max_(max), next_(first), state_(seed) {}

  Duration Next() {
    const Duration wait = next_;
    next_ = std::min(max_, 2 * next_);
    return wait - static_cast<Duration>(Random() % (wait / 2 + 1));
  }

  // All is well again: the next wait is the first.
  void Reset() { next_ = first_; }

 private:
  // splitmix64, as published by S. Vigna.
  uint64_t Random() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  Duration first_;
  Duration max_;
  Duration next_;
  uint64_t state_;
};

}  // namespace distdb

#endif  // DISTDB_NET_BACKOFF_H_
