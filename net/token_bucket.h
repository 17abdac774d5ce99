// TokenBucket: how much of something is taken in, on average and at once.

#ifndef DISTDB_NET_TOKEN_BUCKET_H_
#define DISTDB_NET_TOKEN_BUCKET_H_

#include <algorithm>
#include <cstdint>

#include "core/types.h"

namespace distdb {

// Full at first; one token comes back per `interval`.
class TokenBucket {
 public:
  // Requires size >= 1 and interval > 0.
  TokenBucket(int64_t size, Duration interval)
      : size_(size), interval_(interval), tokens_(size) {}

  // Takes one, if there is one.
  bool Take(Time now) {
    const int64_t back = (now - refilled_) / interval_;
    if (back > 0) {
      tokens_ = std::min(size_, tokens_ + std::min(back, size_));
      refilled_ = refilled_ + back * interval_;
    }
    if (tokens_ == 0) return false;
    --tokens_;
    return true;
  }

 private:
  int64_t size_;
  Duration interval_;
  int64_t tokens_;
  Time refilled_;
};

}  // namespace distdb

#endif  // DISTDB_NET_TOKEN_BUCKET_H_
