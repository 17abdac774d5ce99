// A write's token as people see it: "ORIGIN:SEQ", where ORIGIN counts nodes
// from 1.

#ifndef DISTDB_NET_RESP_TOKEN_H_
#define DISTDB_NET_RESP_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/types.h"

namespace distdb {

std::string FormatToken(Dot dot);

// InvalidArgument for anything but two numbers from 1, ORIGIN at most
// kNodesMax.
absl::StatusOr<Dot> ParseToken(absl::string_view text);

}  // namespace distdb

#endif  // DISTDB_NET_RESP_TOKEN_H_
