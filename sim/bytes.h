// MixBytes: bytes into a Mixer, eight at a time, with their length, the same on
// machines of either byte order.

#ifndef DISTDB_SIM_BYTES_H_
#define DISTDB_SIM_BYTES_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "sim/mix.h"

namespace distdb::sim {

inline void MixBytes(absl::string_view bytes, Mixer& mixer) {
  mixer.Add(bytes.size());
  uint64_t word = 0;
  size_t filled = 0;
  for (const char byte : bytes) {
    word |= uint64_t{static_cast<uint8_t>(byte)} << (8 * filled);
    if (++filled == 8) {
      mixer.Add(word);
      word = 0;
      filled = 0;
    }
  }
  if (filled > 0) mixer.Add(word);
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_BYTES_H_
