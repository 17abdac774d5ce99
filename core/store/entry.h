// Entry: what the store holds of a key, and Version, by which writes of a key
// are ordered.

#ifndef DISTDB_CORE_STORE_ENTRY_H_
#define DISTDB_CORE_STORE_ENTRY_H_

#include <compare>
#include <cstdint>
#include <string>

#include "core/store/hybrid_clock.h"
#include "core/types.h"

namespace distdb {

// Compared in this order. Unique per mutation: (origin, seq, index) already is.
struct Version {
  Timestamp timestamp;
  NodeId origin;
  Seq seq;
  uint32_t index = 0;

  friend constexpr auto operator<=>(const Version&, const Version&) = default;
};

struct Entry {
  Version version;
  bool deleted = false;
  std::string value;  // Empty when deleted.

  friend bool operator==(const Entry&, const Entry&) = default;
};

}  // namespace distdb

#endif  // DISTDB_CORE_STORE_ENTRY_H_
