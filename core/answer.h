// What a replica answers clients with.

#ifndef DISTDB_CORE_ANSWER_H_
#define DISTDB_CORE_ANSWER_H_

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/types.h"

namespace distdb {

inline Reply Answer(ClientId client, RequestId request, absl::Status status) {
  Reply reply;
  reply.client = client;
  reply.request = request;
  reply.status = std::move(status);
  return reply;
}

// InvalidArgument: "a key of 70000 bytes: at most 65536 are allowed".
inline absl::Status TooLong(absl::string_view what, size_t bytes,
                            size_t bytes_max) {
  return absl::InvalidArgumentError(absl::StrCat(
      what, " of ", bytes, " bytes: at most ", bytes_max, " are allowed"));
}

}  // namespace distdb

#endif  // DISTDB_CORE_ANSWER_H_
