#include "net/resp/glob.h"

#include <algorithm>
#include <string>

#include "absl/strings/string_view.h"

namespace distdb {
namespace {

// Takes a bracket's content, behind '[', and its end off `pattern`. Whether
// `byte` is in it.
bool TakeBracket(absl::string_view& pattern, char byte) {
  const auto value = static_cast<unsigned char>(byte);
  const bool negated = !pattern.empty() && pattern.front() == '^';
  if (negated) pattern.remove_prefix(1);
  bool found = false;
  while (!pattern.empty() && pattern.front() != ']') {
    if (pattern.front() == '\\' && pattern.size() >= 2) {
      pattern.remove_prefix(1);
    } else if (pattern.size() >= 3 && pattern[1] == '-') {
      const auto first = static_cast<unsigned char>(pattern[0]);
      const auto last = static_cast<unsigned char>(pattern[2]);
      const unsigned char low = std::min(first, last);
      const unsigned char high = std::max(first, last);
      found = found || (low <= value && value <= high);
      pattern.remove_prefix(3);
      continue;
    }
    found = found || pattern.front() == byte;
    pattern.remove_prefix(1);
  }
  if (!pattern.empty()) pattern.remove_prefix(1);
  return found != negated;
}

// Takes one element that is no star off `pattern`. Whether it matches `byte`.
bool TakeElement(absl::string_view& pattern, char byte) {
  const char element = pattern.front();
  pattern.remove_prefix(1);
  if (element == '?') return true;
  if (element == '[') return TakeBracket(pattern, byte);
  if (element == '\\' && !pattern.empty()) {
    const char literal = pattern.front();
    pattern.remove_prefix(1);
    return literal == byte;
  }
  return element == byte;
}

}  // namespace

// Where an element fails, only the last star needs to take one byte more: what
// an earlier star could take, the last one can as well.
bool MatchesGlob(absl::string_view pattern, absl::string_view text) {
  bool has_star = false;
  absl::string_view after_star;
  absl::string_view text_at_star;
  while (true) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      has_star = true;
      after_star = pattern;
      text_at_star = text;
      continue;
    }
    if (text.empty()) return pattern.empty();
    if (!pattern.empty() && TakeElement(pattern, text.front())) {
      text.remove_prefix(1);
      continue;
    }
    if (!has_star) return false;
    text_at_star.remove_prefix(1);
    pattern = after_star;
    text = text_at_star;
  }
}

std::string GlobPrefix(absl::string_view pattern) {
  std::string prefix;
  while (!pattern.empty()) {
    const char element = pattern.front();
    if (element == '*' || element == '?' || element == '[') break;
    pattern.remove_prefix(1);
    if (element == '\\' && !pattern.empty()) {
      prefix.push_back(pattern.front());
      pattern.remove_prefix(1);
    } else {
      prefix.push_back(element);
    }
  }
  return prefix;
}

}  // namespace distdb
