// WriteTrace: puts traces where they are wanted.

#ifndef DISTDB_SIM_TRACE_WRITE_TRACE_H_
#define DISTDB_SIM_TRACE_WRITE_TRACE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace distdb::sim {

// Standard output, as a path.
inline constexpr absl::string_view kTraceStream = "-";

// Writes `text` into a file, which is replaced, or to standard output if `path`
// is "-". Unavailable, naming the path, where that cannot be done.
absl::Status WriteTrace(absl::string_view text, const std::string& path);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_TRACE_WRITE_TRACE_H_
