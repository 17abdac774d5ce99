#include "net/resp/reply_parser.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace distdb {
namespace {

using MaybeReply = absl::StatusOr<std::optional<RespValue>>;

constexpr int kDepthMax = 8;
// Beyond what a server of ours sends.
constexpr int64_t kCountMax = int64_t{1} << 28;

absl::Status NoReply(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("a reply that is no RESP: ", what));
}

MaybeReply Take(absl::string_view& bytes, int depth);

MaybeReply TakeBulk(int64_t length, absl::string_view& bytes) {
  if (length == -1) return RespValue{};
  const auto size = static_cast<size_t>(length);
  if (bytes.size() < size + 2) return std::nullopt;
  RespValue value{.type = RespType::kBulk,
                  .text = std::string(bytes.substr(0, size))};
  bytes.remove_prefix(size + 2);
  return value;
}

MaybeReply TakeArray(int64_t count, absl::string_view& bytes, int depth) {
  if (count == -1) return RespValue{};
  if (depth == kDepthMax) return NoReply("arrays in arrays");
  RespValue value{.type = RespType::kArray};
  for (int64_t i = 0; i < count; ++i) {
    MaybeReply element = Take(bytes, depth + 1);
    if (!element.ok() || !element->has_value()) return element;
    value.elements.push_back(**std::move(element));
  }
  return value;
}

MaybeReply Take(absl::string_view& bytes, int depth) {
  const size_t end = bytes.find("\r\n");
  if (end == absl::string_view::npos) return std::nullopt;
  if (end == 0) return NoReply("an empty line");
  const char type = bytes.front();
  const absl::string_view text = bytes.substr(1, end - 1);
  bytes.remove_prefix(end + 2);
  if (type == '+') {
    return RespValue{.type = RespType::kSimple, .text = std::string(text)};
  }
  if (type == '-') {
    return RespValue{.type = RespType::kError, .text = std::string(text)};
  }
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return NoReply("no number");
  if (type == ':') {
    return RespValue{.type = RespType::kInteger, .integer = number};
  }
  if (number < -1 || number > kCountMax) return NoReply("a size out of range");
  if (type == '$') return TakeBulk(number, bytes);
  if (type == '*') return TakeArray(number, bytes, depth);
  return NoReply("an unknown type");
}

}  // namespace

MaybeReply TakeReply(absl::string_view& bytes) {
  absl::string_view rest = bytes;
  MaybeReply reply = Take(rest, 0);
  if (reply.ok() && reply->has_value()) bytes = rest;
  return reply;
}

}  // namespace distdb
