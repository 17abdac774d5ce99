#include "node/demo/node_lines.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace distdb {
namespace {

bool ParseLine(absl::string_view text, NodeLine& line) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, ' ', absl::SkipEmpty());
  if (words.size() < 3 || !absl::SimpleAtoi(words[0], &line.id)) return false;
  line.up = words[2] == "up";
  for (absl::string_view word : words) {
    if (word == "(asked)") line.asked = true;
    if (!absl::ConsumePrefix(&word, "delivered=")) continue;
    if (word == "unknown") continue;
    for (const absl::string_view count :
         absl::StrSplit(word, ',', absl::SkipEmpty())) {
      uint64_t seq = 0;
      if (!absl::SimpleAtoi(count, &seq)) return false;
      line.delivered.push_back(seq);
    }
  }
  return true;
}

}  // namespace

std::vector<NodeLine> ParseNodeLines(absl::string_view text) {
  std::vector<NodeLine> lines;
  for (const absl::string_view one : absl::StrSplit(text, '\n')) {
    NodeLine line;
    if (ParseLine(one, line)) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace distdb
