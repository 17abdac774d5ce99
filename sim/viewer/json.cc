#include "sim/viewer/json.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace distdb::sim {
namespace {

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// How many bytes the UTF-8 character at the start of `text` has; 0: it is none.
size_t CharacterBytes(absl::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const size_t bytes = first < 0x80   ? 1
                       : first < 0xc2 ? 0
                       : first < 0xe0 ? 2
                       : first < 0xf0 ? 3
                       : first < 0xf5 ? 4
                                      : 0;
  if (bytes == 0 || bytes > text.size()) return 0;
  for (size_t i = 1; i < bytes; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  if (bytes < 3) return bytes;
  // Overlong forms, surrogates, and what lies beyond Unicode.
  const auto second = static_cast<unsigned char>(text[1]);
  const bool bad =
      (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return bad ? 0 : bytes;
}

}  // namespace

void AppendJsonString(absl::string_view text, std::string& json) {
  json += '"';
  while (!text.empty()) {
    const size_t bytes = CharacterBytes(text);
    const absl::string_view character = text.substr(0, bytes);
    if (bytes == 0) {
      json += "\\ufffd";
    } else if (character == "\"" || character == "\\") {
      absl::StrAppend(&json, "\\", character);
    } else if (bytes == 1 &&
               (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7f ||
                text[0] == '<' || text[0] == '>')) {
      absl::StrAppendFormat(&json, "\\u%04x",
                            static_cast<unsigned char>(text[0]));
    } else if (character == "\u2028" || character == "\u2029") {
      json += character == "\u2028" ? "\\u2028" : "\\u2029";
    } else {
      absl::StrAppend(&json, character);
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  json += '"';
}

void AppendHtmlText(absl::string_view text, std::string& html) {
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
}

}  // namespace distdb::sim
