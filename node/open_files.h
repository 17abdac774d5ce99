// How many files and sockets a node may have open, and how many of them are
// left to its clients, so that idle ones by the thousand do not keep its peers
// out.

#ifndef DISTDB_NODE_OPEN_FILES_H_
#define DISTDB_NODE_OPEN_FILES_H_

#include <cstddef>

namespace distdb {

// Raises the process' limit (RLIMIT_NOFILE) as far as the system allows it and
// a node can use it, and returns what it is now.
size_t RaiseOpenFilesLimit();

// How many clients a node takes that may open `open_files` files: what is left
// when the peers' port has all it ever needs, but at least 1, at most 10,000.
size_t ClientsMax(size_t open_files);

}  // namespace distdb

#endif  // DISTDB_NODE_OPEN_FILES_H_
