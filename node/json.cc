#include "node/json.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace distdb {
namespace {

// The size of the UTF-8 sequence (RFC 3629) at the beginning of `text`; 0 when
// there is none.
size_t SequenceSize(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  const size_t size = first < 0x80                    ? 1
                      : first >= 0xc2 && first < 0xe0 ? 2
                      : first >= 0xe0 && first < 0xf0 ? 3
                      : first >= 0xf0 && first < 0xf5 ? 4
                                                      : 0;
  if (size == 0 || size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Too long for what they stand for, surrogates, and beyond the last.
  const bool is_none =
      (first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) >= 0xa0) ||
      (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) >= 0x90);
  return is_none ? 0 : size;
}

}  // namespace

void AppendJsonString(absl::string_view text, std::string& json) {
  json.push_back('"');
  while (!text.empty()) {
    const size_t size = SequenceSize(text);
    const char first = text[0];
    if (size == 0) {
      json += "\\ufffd";
    } else if (first == '"' || first == '\\') {
      json.push_back('\\');
      json.push_back(first);
    } else if (first == '\n') {
      json += "\\n";
    } else if (static_cast<uint8_t>(first) < 0x20) {
      absl::StrAppendFormat(&json, "\\u%04x", static_cast<unsigned>(first));
    } else {
      json.append(text.data(), size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  json.push_back('"');
}

}  // namespace distdb
