#include "sim/stand_in_digester.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/little_endian.h"
#include "core/mix.h"

namespace distdb::sim {

Digest StandInDigester::Compute(const InstanceId& id,
                                absl::string_view payload) const {
  PairMixer mixer;
  mixer.Add(uint64_t{id.epoch.value()} << 32 | id.origin.value(),
            id.seq.value());
  MixBytes(payload, mixer);
  // Both halves of the state, and two more words that each depend on all of it.
  std::array<uint64_t, 4> words;
  words[0] = mixer.Low();
  words[1] = mixer.High();
  mixer.Add(kRoot2, 0);
  words[2] = mixer.Low();
  words[3] = mixer.High();
  Digest digest;
  char* const bytes = reinterpret_cast<char*>(digest.bytes.data());
  static_assert(sizeof(words) == sizeof(digest.bytes));
  for (size_t i = 0; i < words.size(); ++i) {
    StoreLittleEndian(words[i], bytes + i * sizeof(words[i]));
  }
  return digest;
}

}  // namespace distdb::sim
