// Digest: what a vote names instead of the payload; Digester: who computes it.
//
// The digest binds a payload to its instance: it is taken over (epoch, origin,
// seq, payload), so that a vote for one instance is worth nothing in another.
// Safety rests on its collision resistance. The function is injected: real
// nodes use SHA-256, the simulator a cheaper stand-in that is collision-free
// for what a run can produce, and core links no cryptography.

#ifndef DISTDB_CORE_DIGEST_H_
#define DISTDB_CORE_DIGEST_H_

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "core/types.h"

namespace distdb {

struct Digest {
  std::array<uint8_t, 32> bytes{};

  friend constexpr auto operator<=>(const Digest&, const Digest&) = default;
  // Votes are compared all the time: in four words, not byte by byte.
  friend bool operator==(const Digest& a, const Digest& b) {
    uint64_t x[4];
    uint64_t y[4];
    static_assert(sizeof(x) == sizeof(a.bytes));
    std::memcpy(x, a.bytes.data(), sizeof(x));
    std::memcpy(y, b.bytes.data(), sizeof(y));
    return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
  }
};

// The first eight bytes in hexadecimal: enough for a person to tell two apart.
std::string ShortHex(const Digest& digest);

// A pure function; implementations hold no state that a call changes, and may
// be shared by all replicas of a thread.
class Digester {
 public:
  virtual ~Digester() = default;

  // Must depend on every bit of `id` and `payload`, and on nothing else.
  virtual Digest Compute(const InstanceId& id,
                         absl::string_view payload) const = 0;
};

}  // namespace distdb

#endif  // DISTDB_CORE_DIGEST_H_
