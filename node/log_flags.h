// The flags that say what a node tells, and how.

#ifndef DISTDB_NODE_LOG_FLAGS_H_
#define DISTDB_NODE_LOG_FLAGS_H_

#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "node/narrator.h"

ABSL_DECLARE_FLAG(std::string, log);

namespace distdb {

// From --log, --log_format and --log_phases. InvalidArgument naming the flag
// that is wrong and the mend.
absl::StatusOr<NarratorOptions> ReadLogFlags();

}  // namespace distdb

#endif  // DISTDB_NODE_LOG_FLAGS_H_
