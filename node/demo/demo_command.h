// `distdb demo`: a cluster on this machine, with a prompt.
//
// On a terminal it reads commands until `quit`; otherwise it runs the commands
// that stand on standard input, and where none does, a tour of its own.

#ifndef DISTDB_NODE_DEMO_DEMO_COMMAND_H_
#define DISTDB_NODE_DEMO_DEMO_COMMAND_H_

#include <string>
#include <vector>

namespace distdb {

// Returns the exit code. Its flags are those of cluster_flags.h.
int RunDemo(const std::vector<std::string>& arguments);

}  // namespace distdb

#endif  // DISTDB_NODE_DEMO_DEMO_COMMAND_H_
