// The short answers that many commands share.

#ifndef DISTDB_NET_RESP_ANSWERS_H_
#define DISTDB_NET_RESP_ANSWERS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "net/resp/operation.h"
#include "net/resp/reply_writer.h"

namespace distdb {

inline OperationPtr MakeSimple(absl::string_view text) {
  std::string reply;
  AppendSimple(text, reply);
  return MakeAnswer(std::move(reply));
}

inline OperationPtr MakeBulk(absl::string_view bytes) {
  std::string reply;
  AppendBulk(bytes, reply);
  return MakeAnswer(std::move(reply));
}

inline OperationPtr MakeInteger(int64_t value) {
  std::string reply;
  AppendInteger(value, reply);
  return MakeAnswer(std::move(reply));
}

inline OperationPtr MakeSyntaxError() { return MakeError("ERR syntax error"); }

inline OperationPtr MakeNeedsOrder(absl::string_view what) {
  return MakeError(absl::StrCat(
      "ERR ", what,
      " needs a total order of all writes, which this mode does not have"));
}

// A piece of what a client sent, fit for an error line.
inline std::string Quote(absl::string_view text) {
  return absl::StrCat("'", absl::CEscape(text.substr(0, 64)), "'");
}

}  // namespace distdb

#endif  // DISTDB_NET_RESP_ANSWERS_H_
