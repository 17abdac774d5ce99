// `distdb serve`: runs one node until SIGTERM or SIGINT.

#ifndef DISTDB_NODE_SERVE_COMMAND_H_
#define DISTDB_NODE_SERVE_COMMAND_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace distdb {

std::vector<absl::string_view> ServeFlags();

// Returns the exit code.
int RunServe(const std::vector<std::string>& arguments);

}  // namespace distdb

#endif  // DISTDB_NODE_SERVE_COMMAND_H_
