// MessageSize: how many bytes a message takes on a link.

#ifndef DISTDB_SIM_MESSAGE_SIZE_H_
#define DISTDB_SIM_MESSAGE_SIZE_H_

#include <cstddef>
#include <cstdint>

#include "core/digest.h"
#include "core/message.h"

namespace distdb::sim {

// Of a number in the encoding of Protocol Buffers.
constexpr size_t VarintSize(uint64_t value) {
  size_t size = 1;
  while (value >= 128) {
    value /= 128;
    ++size;
  }
  return size;
}

// The size of the frame in which it travels alone (net/codec), computed and
// not encoded.
inline size_t MessageSize(const Message& message) {
  // Each field has a byte that names it.
  size_t size = 2 + (1 + VarintSize(message.instance.epoch.value())) +
                (1 + VarintSize(message.instance.origin.value())) +
                (1 + VarintSize(message.instance.seq.value()));
  if (CarriesDigest(message.kind)) size += 2 + sizeof(Digest::bytes);
  if (CarriesPayload(message.kind)) {
    const size_t bytes = message.payload.bytes().size();
    size += 1 + VarintSize(bytes) + bytes;
  }
  return 1 + VarintSize(size) + size;
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_MESSAGE_SIZE_H_
