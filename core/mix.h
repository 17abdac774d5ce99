// Mixing: arithmetic for hashing numbers and bytes, the same on every compiler
// and machine. Not cryptographic; it must only spread every bit of its input
// over every bit of its output, which sim/mix_test.cc measures.

#ifndef DISTDB_CORE_MIX_H_
#define DISTDB_CORE_MIX_H_

#include <bit>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/little_endian.h"

namespace distdb {

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

// Hashes a sequence of pairs of numbers into 128 bits. Each step is a
// permutation of the state for a given pair, and for a given state different
// pairs lead to different states: what differs in one place never meets again
// by itself. The two products do not wait for each other.
class PairMixer {
 public:
  constexpr explicit PairMixer(uint64_t seed = 0)
      : low_(seed ^ kRoot2), high_(std::rotl(seed, 32) ^ kRoot7) {}

  [[gnu::always_inline]] constexpr void Add(uint64_t x, uint64_t y) {
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

// The eight bytes from `at` on; zeros stand for those beyond the end.
inline uint64_t WordAt(absl::string_view bytes, size_t at) {
  uint64_t word = 0;
  if (at + sizeof(word) <= bytes.size()) {
    return LoadLittleEndian<uint64_t>(bytes.data() + at);
  }
  if (at >= bytes.size()) return 0;
  if (bytes.size() >= sizeof(word)) {
    // The last eight bytes, without those that lie before `at`.
    const size_t last = bytes.size() - sizeof(word);
    return LoadLittleEndian<uint64_t>(bytes.data() + last) >> (8 * (at - last));
  }
  for (size_t i = at; i < bytes.size(); ++i) {
    word |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * (i - at));
  }
  return word;
}

// Bytes into a mixer, eight at a time, with their length.
inline void MixBytes(absl::string_view bytes, PairMixer& mixer) {
  mixer.Add(bytes.size(), WordAt(bytes, 0));
  for (size_t at = 8; at < bytes.size(); at += 16) {
    const uint64_t second = WordAt(bytes, at + 8);
    mixer.Add(WordAt(bytes, at), second);
  }
}

}  // namespace distdb

#endif  // DISTDB_CORE_MIX_H_
