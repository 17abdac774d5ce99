// `distdb init`: writes the configuration files of a new cluster and says how
// to start its nodes.

#ifndef DISTDB_NODE_INIT_COMMAND_H_
#define DISTDB_NODE_INIT_COMMAND_H_

#include <string>
#include <vector>

namespace distdb {

// Returns the exit code. Its flags are those of cluster_flags.h.
int RunInit(const std::vector<std::string>& arguments);

}  // namespace distdb

#endif  // DISTDB_NODE_INIT_COMMAND_H_
