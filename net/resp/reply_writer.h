// Writes replies in RESP2: each function appends one to `out`.

#ifndef DISTDB_NET_RESP_REPLY_WRITER_H_
#define DISTDB_NET_RESP_REPLY_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace distdb {

// `text` has no line break.
inline void AppendSimple(absl::string_view text, std::string& out) {
  absl::StrAppend(&out, "+", text, "\r\n");
}

// `text` begins with its code ("ERR …"). Line breaks in it become spaces.
inline void AppendError(absl::string_view text, std::string& out) {
  out.push_back('-');
  for (const char c : text) out.push_back(c == '\r' || c == '\n' ? ' ' : c);
  out.append("\r\n");
}

inline void AppendInteger(int64_t value, std::string& out) {
  absl::StrAppend(&out, ":", value, "\r\n");
}

inline void AppendBulk(absl::string_view bytes, std::string& out) {
  absl::StrAppend(&out, "$", bytes.size(), "\r\n", bytes, "\r\n");
}

inline void AppendNil(std::string& out) { out.append("$-1\r\n"); }

// `count` replies must follow.
inline void AppendArrayHeader(size_t count, std::string& out) {
  absl::StrAppend(&out, "*", count, "\r\n");
}

}  // namespace distdb

#endif  // DISTDB_NET_RESP_REPLY_WRITER_H_
