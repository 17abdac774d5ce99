// Mixing: what the simulator needs beyond core/mix.h for hashing numbers, the
// same on every compiler and machine.

#ifndef DISTDB_SIM_MIX_H_
#define DISTDB_SIM_MIX_H_

#include <bit>
#include <cstdint>

#include "core/mix.h"

namespace distdb::sim {

// Hashes a sequence of numbers into 128 bits, one by one, at three times the
// cost of a PairMixer per number. Each step is a permutation of the
// state for a given number, and for a given state different numbers lead to
// different states: what differs in one place never meets again by itself.
class Mixer {
 public:
  constexpr explicit Mixer(uint64_t seed = 0)
      : low_(seed ^ kRoot2), high_(std::rotl(seed, 32) ^ kRoot7) {}

  [[gnu::always_inline]] constexpr void Add(uint64_t x) {
    low_ = (low_ ^ x) * kRoot3;
    high_ = std::rotl(high_, 23) + (low_ ^ (low_ >> 32));
    low_ = std::rotl(low_, 41) ^ (high_ * kRoot5);
  }

  constexpr uint64_t Low() const { return Mix64(low_ + std::rotl(high_, 17)); }
  constexpr uint64_t High() const { return Mix64(high_ ^ Mix64(low_)); }

 private:
  uint64_t low_;
  uint64_t high_;
};

// A number below n from one that is spread over all 64 bits; n >= 1. Takes the
// high half of the product, so it is uniform up to n / 2^64.
constexpr uint64_t Below(uint64_t spread, uint64_t n) {
  __extension__ using Product = unsigned __int128;
  return static_cast<uint64_t>((Product{spread} * n) >> 64);
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_MIX_H_
