#include "core/digest.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace distdb {

std::string ShortHex(const Digest& digest) {
  constexpr size_t kShownBytes = 8;
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.bytes.data()), kShownBytes));
}

}  // namespace distdb
