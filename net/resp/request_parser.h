// RequestParser: finds a client's requests in a stream of bytes that arrives in
// any slicing.
//
// A request is an array of bulk strings, as programs send it, or an inline
// command, as a person types it: words on one line, of which one may be quoted
// ("with \"escapes\" and \x41" or 'without').
//
// What is malformed or beyond a limit is an error for good: where the next
// request begins is not known any more, and the connection must be closed once
// the error has been sent.

#ifndef DISTDB_NET_RESP_REQUEST_PARSER_H_
#define DISTDB_NET_RESP_REQUEST_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "net/codec/byte_queue.h"

namespace distdb {

// Beyond what any command accepts, so that a value that is too large is refused
// by the command, with the connection intact.
inline constexpr size_t kBulkBytesMax = 8 * 1024 * 1024;
inline constexpr size_t kRequestBytesMax = 16 * 1024 * 1024;
inline constexpr size_t kArgumentsMax = 1024 * 1024;
// An inline command, or the line that announces an array or a string.
inline constexpr size_t kLineBytesMax = 64 * 1024;

class RequestParser {
 public:
  using Arguments = std::vector<std::string>;

  // Takes what was read. Memory stays within a request of kRequestBytesMax and
  // what is appended between two rounds of Next.
  void Append(absl::string_view bytes) { buffer_.Append(bytes); }

  // The next request, with at least one argument; nothing when more bytes are
  // needed; InvalidArgument, from then on always, with "Protocol error: …".
  absl::StatusOr<std::optional<Arguments>> Next();

  size_t buffered_bytes() const { return buffer_.size(); }

 private:
  // Each does one piece of the work. OK and `progress` false: more bytes are
  // needed.
  absl::Status ParseStart(bool& progress);
  absl::Status ParseArgument(bool& progress);
  absl::StatusOr<std::optional<std::string>> TakeLine(absl::string_view what);

  ByteQueue buffer_;
  Arguments arguments_;
  // Arguments of the present array that are still to come.
  size_t missing_ = 0;
  // Of the present argument, once its length has been read.
  std::optional<size_t> length_;
  size_t request_bytes_ = 0;
  absl::Status error_;
};

}  // namespace distdb

#endif  // DISTDB_NET_RESP_REQUEST_PARSER_H_
