#include "sim/about.h"

#include <cstdint>

#include "sim/mix.h"

namespace distdb::sim {

uint64_t FingerprintOf(const About& about) {
  PairMixer mixer;
  mixer.Add(uint64_t{about.from.value()} << 32 | about.to.value(),
            uint64_t{about.instance.epoch.value()} << 32 |
                about.instance.origin.value());
  mixer.Add(uint64_t{about.digest_class} << 32 |
                uint64_t{static_cast<uint16_t>(about.decision)} << 8 |
                static_cast<uint8_t>(about.message),
            about.instance.seq.value());
  mixer.Add(about.occurrence, 0);
  return mixer.Low();
}

}  // namespace distdb::sim
