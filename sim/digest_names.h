// DigestNames: digests as small numbers, by order of first appearance.
//
// What a run decides and what its hash covers must not depend on the bits of a
// digest, or it would change with the hash function. So a digest is known by
// two numbers: the how-manieth digest of the run it is, and the how-manieth of
// its instance (its *class*: 0 for what the origin said first, 1 for the lie).

#ifndef DISTDB_SIM_DIGEST_NAMES_H_
#define DISTDB_SIM_DIGEST_NAMES_H_

#include <array>
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
  DigestName Name(const InstanceId& instance, const Digest& digest) {
    // What is seen is mostly the digest of its instance, or no digest at all.
    const Recent& recent = recent_[PlaceOf(instance)];
    if (recent.is_known && recent.digest == digest) return recent.name;
    if (none_.is_known && digest == Digest()) return none_.name;
    return NameAnew(instance, digest);
  }

  // Its name if it has one.
  std::optional<DigestName> Find(const Digest& digest) const;

 private:
  struct Named {
    Digest digest;
    DigestName name;
  };
  struct Recent {
    Digest digest;
    DigestName name;
    bool is_known = false;
  };

  static constexpr size_t kRecent = 256;
  static size_t PlaceOf(const InstanceId& instance) {
    return (instance.seq.value() * 8 + instance.origin.value()) % kRecent;
  }

  DigestName NameAnew(const InstanceId& instance, const Digest& digest);
  DigestName NameOf(const InstanceId& instance, const Digest& digest);
  uint32_t& ClassesOf(const InstanceId& instance);
  size_t Locate(const Digest& digest) const;
  void Grow();

  // By number.
  std::vector<Named> names_;
  // Open addressing, never iterated; a power of two. The number of a name, from
  // 1; 0 is free.
  std::vector<uint32_t> slots_;
  // The zeros of what has no digest; and the digest last seen in an instance,
  // where no other instance has taken its place.
  Recent none_;
  std::array<Recent, kRecent> recent_;
  // How many digests were first seen in an instance: by origin and seq where
  // both are small, which they are unless a liar made them up.
  std::vector<std::vector<uint32_t>> classes_;
  std::map<InstanceId, uint32_t> other_classes_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DIGEST_NAMES_H_
