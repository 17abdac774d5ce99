#include "sim/stand_in_digester.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

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
  for (size_t i = 0; i < digest.bytes.size(); ++i) {
    digest.bytes[i] = static_cast<uint8_t>(words[i / 8] >> (8 * (i % 8)));
  }
  return digest;
}

}  // namespace distdb::sim
