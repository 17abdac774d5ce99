// The flags of `distdb serve` that stand in for fields of its file.

#ifndef DISTDB_NODE_SERVE_FLAGS_H_
#define DISTDB_NODE_SERVE_FLAGS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "node/config.pb.h"

namespace distdb {

// Their names.
std::vector<absl::string_view> OverridingFlags();

// Puts what was given in the place of what the file says. InvalidArgument
// naming the flag and the mend; `config` keeps passing its checks.
absl::Status OverrideFromFlags(NodeConfig& config);

}  // namespace distdb

#endif  // DISTDB_NODE_SERVE_FLAGS_H_
