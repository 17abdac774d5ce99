#include "node/size_flag.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace distdb {
namespace {

struct Unit {
  absl::string_view name;
  uint64_t bytes;
};
// B last: the others end in it.
constexpr Unit kUnits[] = {{"GiB", uint64_t{1} << 30},
                           {"MiB", uint64_t{1} << 20},
                           {"KiB", uint64_t{1} << 10},
                           {"B", 1}};

}  // namespace

bool AbslParseFlag(absl::string_view text, Size* size, std::string* error) {
  uint64_t factor = 1;
  for (const Unit& unit : kUnits) {
    if (!absl::ConsumeSuffix(&text, unit.name)) continue;
    factor = unit.bytes;
    break;
  }
  uint64_t number = 0;
  const bool digits =
      text.find_first_not_of("0123456789") == absl::string_view::npos;
  if (!digits || !absl::SimpleAtoi(text, &number) ||
      number > std::numeric_limits<uint64_t>::max() / factor) {
    *error = "give a whole number and B, KiB, MiB or GiB, as in 64MiB";
    return false;
  }
  size->bytes = number * factor;
  return true;
}

std::string AbslUnparseFlag(Size size) {
  for (const Unit& unit : kUnits) {
    if (size.bytes >= unit.bytes && size.bytes % unit.bytes == 0) {
      return absl::StrCat(size.bytes / unit.bytes, unit.name);
    }
  }
  return "0B";
}

}  // namespace distdb
