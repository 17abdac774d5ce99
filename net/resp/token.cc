#include "net/resp/token.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "core/types.h"

namespace distdb {

std::string FormatToken(Dot dot) {
  return absl::StrCat(dot.origin.value() + 1, ":", dot.seq.value());
}

absl::StatusOr<Dot> ParseToken(absl::string_view text) {
  const size_t colon = text.find(':');
  uint32_t origin = 0;
  uint64_t seq = 0;
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(text.substr(0, colon), &origin) ||
      !absl::SimpleAtoi(text.substr(colon + 1), &seq) || origin < 1 ||
      origin > kNodesMax || seq < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("token '", absl::CEscape(text.substr(0, 40)),
                     "': give ORIGIN:SEQ as a put printed it, as in 1:42"));
  }
  return Dot{NodeId(origin - 1), Seq(seq)};
}

}  // namespace distdb
