// TestRandom: a seeded source of bytes, slicings and messages for tests.

#ifndef DISTDB_NET_CODEC_RANDOM_TEST_UTIL_H_
#define DISTDB_NET_CODEC_RANDOM_TEST_UTIL_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/message.h"
#include "core/payload.h"
#include "core/types.h"

namespace distdb {

class TestRandom {
 public:
  explicit TestRandom(uint64_t seed) : state_(seed) {}

  // splitmix64.
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // 0 … n − 1.
  size_t Below(size_t n) { return Next() % n; }

  std::string Bytes(size_t count) {
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(Next());
    return bytes;
  }

  // `bytes` cut into pieces of at most `piece_bytes_max`, some of them empty.
  std::vector<absl::string_view> Slices(absl::string_view bytes,
                                        size_t piece_bytes_max) {
    std::vector<absl::string_view> slices;
    while (!bytes.empty()) {
      const size_t size = Below(piece_bytes_max + 1);
      slices.push_back(bytes.substr(0, size));
      bytes.remove_prefix(slices.back().size());
    }
    return slices;
  }

  distdb::Message Message() {
    distdb::Message message;
    message.kind = kAllMessageKinds[Below(std::size(kAllMessageKinds))];
    // Small and large numbers alike.
    message.instance.epoch = Epoch(static_cast<uint32_t>(Number()));
    message.instance.origin = NodeId(static_cast<uint32_t>(Number()));
    message.instance.seq = Seq(Number());
    if (CarriesDigest(message.kind)) {
      for (uint8_t& byte : message.digest.bytes) {
        byte = static_cast<uint8_t>(Next());
      }
    }
    if (CarriesPayload(message.kind)) {
      message.payload = Payload(Bytes(Below(200)));
    }
    return message;
  }

 private:
  uint64_t Number() {
    const size_t shift = Below(64);
    return Next() >> shift;
  }

  uint64_t state_;
};

}  // namespace distdb

#endif  // DISTDB_NET_CODEC_RANDOM_TEST_UTIL_H_
