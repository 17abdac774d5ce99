// Mixing: the simulator's own arithmetic for hashing numbers, the same on every
// compiler and machine. Not cryptographic; it must only spread every bit of its
// input over every bit of its output, which mix_test.cc measures.

#ifndef DISTDB_SIM_MIX_H_
#define DISTDB_SIM_MIX_H_

#include <bit>
#include <cstdint>

namespace distdb::sim {

// The fractional parts of the square roots of 2, 3, 5 and 7, made odd: bits
// without structure, which nobody chose.
inline constexpr uint64_t kRoot2 = 0x6a09e667f3bcc909;
inline constexpr uint64_t kRoot3 = 0xbb67ae8584caa73b;
inline constexpr uint64_t kRoot5 = 0x3c6ef372fe94f82b;
inline constexpr uint64_t kRoot7 = 0xa54ff53a5f1d36f1;

// A permutation of the 64-bit numbers. Each round folds the high bits down and
// multiplies, which carries every bit up; three rounds reach every bit.
constexpr uint64_t Mix64(uint64_t x) {
  x = (x ^ (x >> 32)) * kRoot3;
  x = (x ^ (x >> 29)) * kRoot5;
  x = (x ^ (x >> 32)) * kRoot7;
  return x ^ (x >> 31);
}

// Hashes a sequence of numbers into 128 bits. Each step is a permutation of the
// state for a given number, and for a given state different numbers lead to
// different states: what differs in one place never meets again by itself.
class Mixer {
 public:
  constexpr explicit Mixer(uint64_t seed = 0)
      : low_(seed ^ kRoot2), high_(std::rotl(seed, 32) ^ kRoot7) {}

  constexpr void Add(uint64_t x) {
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

// Hashes a sequence of pairs of numbers into 128 bits, at a third of a Mixer's
// cost per number: the two products do not wait for each other. Its steps are
// permutations, too, with the same consequence.
class PairMixer {
 public:
  constexpr explicit PairMixer(uint64_t seed = 0)
      : low_(seed ^ kRoot2), high_(std::rotl(seed, 32) ^ kRoot7) {}

  constexpr void Add(uint64_t x, uint64_t y) {
    low_ = (low_ ^ x) * kRoot3;
    high_ = (high_ ^ y) * kRoot5;
    low_ += std::rotl(high_, 29);
    high_ ^= std::rotl(low_, 37);
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
  // The product of two 64-bit numbers, in 32-bit halves.
  const uint64_t a1 = spread >> 32;
  const uint64_t a0 = spread & 0xffffffff;
  const uint64_t b1 = n >> 32;
  const uint64_t b0 = n & 0xffffffff;
  const uint64_t middle = a1 * b0 + ((a0 * b0) >> 32);
  const uint64_t other = a0 * b1 + (middle & 0xffffffff);
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_MIX_H_
