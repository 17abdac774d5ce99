// The wire of a simulated link: the codec of real nodes, and bytes that change
// on the way.

#ifndef DISTDB_SIM_WIRE_H_
#define DISTDB_SIM_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/message.h"

namespace distdb::sim {

// The frame in which a message travels.
std::string ToFrame(const Message& message);

// What its receiver reads. That a frame of the encoder's cannot be read is a
// broken invariant.
Message FromFrame(const std::string& frame);

// Flips `bits` of the byte at `index` and decodes: whatever comes out must be
// refused or be a frame that survives another round trip; else an invariant is
// broken. Returns whether it was refused.
bool RefusesCorrupted(std::string frame, size_t index, uint8_t bits);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_WIRE_H_
