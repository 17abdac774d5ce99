// Size: a number of bytes as a flag's value: "64MiB", "4096".

#ifndef DISTDB_NODE_SIZE_FLAG_H_
#define DISTDB_NODE_SIZE_FLAG_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace distdb {

struct Size {
  uint64_t bytes = 0;

  friend bool operator==(Size, Size) = default;
};

// What Abseil's flags look for. A whole number and one of B, KiB, MiB and GiB;
// without a unit, bytes. False, and why, for anything else.
bool AbslParseFlag(absl::string_view text, Size* size, std::string* error);
// In the largest unit that leaves a whole number.
std::string AbslUnparseFlag(Size size);

}  // namespace distdb

#endif  // DISTDB_NODE_SIZE_FLAG_H_
