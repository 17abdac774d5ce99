#include "node/format.h"

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/command.h"

namespace distdb {
namespace {

// The length of the UTF-8 sequence at the start of `bytes`, or 0 where they are
// none (RFC 3629: shortest form, no surrogates, at most U+10FFFF) or a control
// character.
size_t PrintableLength(absl::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const uint8_t first = at(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < length) return 0;
  uint32_t point = first & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
    point = (point << 6) | (at(i) & 0x3fu);
  }
  const bool overlong =
      (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xd800 && point < 0xe000;
  const bool control = point >= 0x80 && point < 0xa0;
  return overlong || surrogate || control || point > 0x10ffff ? 0 : length;
}

}  // namespace

std::string Printable(absl::string_view bytes) {
  for (absl::string_view rest = bytes; !rest.empty();) {
    const size_t length = PrintableLength(rest);
    if (length == 0) return absl::CEscape(bytes);
    rest.remove_prefix(length);
  }
  return std::string(bytes);
}

std::string FormatEntry(const KeyValue& entry) {
  return absl::StrCat(Printable(entry.key), "\t", Printable(entry.value));
}

}  // namespace distdb
