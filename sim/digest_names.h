// DigestNames: digests as small numbers, by order of first appearance.
//
// What a run decides and what its hash covers must not depend on the bits of a
// digest, or it would change with the hash function. So a digest is known by
// two numbers: the how-manieth digest of the run it is, and the how-manieth of
// its instance (its *class*: 0 for what the origin said first, 1 for the lie).

#ifndef DISTDB_SIM_DIGEST_NAMES_H_
#define DISTDB_SIM_DIGEST_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/digest.h"
#include "core/types.h"

namespace distdb::sim {

struct DigestName {
  uint32_t number = 0;  // In the run, from 0.
  uint32_t klass = 0;   // In the instance where it was first seen, from 0.
};

class DigestNames {
 public:
  DigestNames();

  // The name of `digest`, which gets one if it has none; `instance` is where it
  // is seen.
  DigestName Name(const InstanceId& instance, const Digest& digest);

  // Its name if it has one.
  std::optional<DigestName> Find(const Digest& digest) const;

 private:
  // A cache line.
  struct alignas(64) Slot {
    Digest digest;
    DigestName name;
    bool used = false;
  };

  size_t Locate(const Digest& digest) const;
  void Grow();

  // Open addressing, never iterated but to grow; a power of two.
  std::vector<Slot> slots_;
  uint32_t used_ = 0;
  std::map<InstanceId, uint32_t> classes_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DIGEST_NAMES_H_
