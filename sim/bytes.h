// MixBytes: bytes into a mixer, eight at a time, with their length, the same on
// machines of either byte order.

#ifndef DISTDB_SIM_BYTES_H_
#define DISTDB_SIM_BYTES_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/little_endian.h"
#include "sim/mix.h"

namespace distdb::sim {

// The eight bytes from `at` on; zeros stand for those beyond the end.
inline uint64_t WordAt(absl::string_view bytes, size_t at) {
  uint64_t word = 0;
  if (at + sizeof(word) <= bytes.size()) {
    return LoadLittleEndian<uint64_t>(bytes.data() + at);
  }
  for (size_t i = at; i < bytes.size(); ++i) {
    word |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * (i - at));
  }
  return word;
}

inline void MixBytes(absl::string_view bytes, PairMixer& mixer) {
  mixer.Add(bytes.size(), WordAt(bytes, 0));
  for (size_t at = 8; at < bytes.size(); at += 16) {
    const uint64_t second = WordAt(bytes, at + 8);
    mixer.Add(WordAt(bytes, at), second);
  }
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_BYTES_H_
