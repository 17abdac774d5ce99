// WriteFile: puts a text into a file.

#ifndef DISTDB_SIM_WRITE_FILE_H_
#define DISTDB_SIM_WRITE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace distdb::sim {

// Replaces what is there. Unavailable, naming the path, where that cannot be
// done.
absl::Status WriteFile(absl::string_view text, const std::string& path);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_WRITE_FILE_H_
