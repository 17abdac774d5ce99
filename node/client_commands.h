// The subcommands that ask a running node: put, get, delete, list, nodes,
// status. Results go to standard output, errors to standard error.

#ifndef DISTDB_NODE_CLIENT_COMMANDS_H_
#define DISTDB_NODE_CLIENT_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace distdb {

// The flags that they read, for the table of subcommands.
std::vector<absl::string_view> ClientFlags();
std::vector<absl::string_view> ReadFlags();

// Each takes its arguments and returns the exit code.
int RunPut(const std::vector<std::string>& arguments);
int RunGet(const std::vector<std::string>& arguments);
int RunDelete(const std::vector<std::string>& arguments);
int RunList(const std::vector<std::string>& arguments);
int RunNodes(const std::vector<std::string>& arguments);
int RunStatus(const std::vector<std::string>& arguments);

}  // namespace distdb

#endif  // DISTDB_NODE_CLIENT_COMMANDS_H_
