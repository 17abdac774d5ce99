// Reads replies in RESP2, for clients and tests.

#ifndef DISTDB_NET_RESP_REPLY_PARSER_H_
#define DISTDB_NET_RESP_REPLY_PARSER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace distdb {

enum class RespType : uint8_t {
  kSimple,
  kError,
  kInteger,
  kBulk,
  kNil,
  kArray,
};

struct RespValue {
  RespType type = RespType::kNil;
  std::string text;     // kSimple, kError (with its first word), kBulk.
  int64_t integer = 0;  // kInteger.
  std::vector<RespValue> elements;  // kArray.

  friend bool operator==(const RespValue&, const RespValue&) = default;
};

// Takes the first reply off `bytes`; nothing, and `bytes` unchanged, when more
// bytes are needed. DataLoss for what is no RESP or nested too deeply.
absl::StatusOr<std::optional<RespValue>> TakeReply(absl::string_view& bytes);

}  // namespace distdb

#endif  // DISTDB_NET_RESP_REPLY_PARSER_H_
