// `distdb key FILE`: prints the public key that belongs to a private key, which
// it draws where there is no file.

#ifndef DISTDB_NODE_KEY_COMMAND_H_
#define DISTDB_NODE_KEY_COMMAND_H_

#include <string>
#include <vector>

namespace distdb {

// Returns the exit code.
int RunKey(const std::vector<std::string>& arguments);

}  // namespace distdb

#endif  // DISTDB_NODE_KEY_COMMAND_H_
