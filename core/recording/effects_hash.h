// EffectsHash: the running 128-bit hash of all that a replica has asked for
// since a recording began, field by field, so that whoever steps another
// replica through the same events knows after each whether it still asks for
// the same.
//
// A payload beside its digest enters with its size alone: the digest stands for
// the bytes. So the hash costs little where payloads are large.
//
// Not cryptographic. It depends on the digests' function.

#ifndef DISTDB_CORE_RECORDING_EFFECTS_HASH_H_
#define DISTDB_CORE_RECORDING_EFFECTS_HASH_H_

#include <cstdint>
#include <string>

#include "core/effects.h"
#include "core/mix.h"

namespace distdb {

class EffectsHash {
 public:
  // The effects of one step, also where it has none.
  void Add(const Effects& effects);

  // A short form, to compare after each step.
  uint64_t Prefix() const { return mixer_.Low(); }
  // 32 hexadecimal digits.
  std::string Hex() const;

 private:
  PairMixer mixer_;
  std::string bytes_;  // Of the step; kept for its memory.
};

}  // namespace distdb

#endif  // DISTDB_CORE_RECORDING_EFFECTS_HASH_H_
