// `distdb backup FILE`: everything that a running node holds, in one file; and
// `distdb restore FILE`: writes that to a running cluster.
//
// A backup is the state of the node that was asked at the moment when the last
// page was made. It is that node's word: a liar may give anything. Ask a node
// that is trusted, and compare it with another's where none is.
//
// A restore verifies the whole file before it writes anything. It writes like
// any client does, through the node that is asked, so every correct node gets
// the same, whatever cluster the backup is from; nothing of the former log,
// keys or tokens comes back. A cluster that holds keys is left alone, unless it
// is forced: then the file's keys are written over what is there, and others
// stay. One that was cut short is simply run again, with force.

#ifndef DISTDB_NODE_BACKUP_BACKUP_COMMAND_H_
#define DISTDB_NODE_BACKUP_BACKUP_COMMAND_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace distdb {

std::vector<absl::string_view> RestoreFlags();

// Both return the exit code.
int RunBackup(const std::vector<std::string>& arguments);
int RunRestore(const std::vector<std::string>& arguments);

}  // namespace distdb

#endif  // DISTDB_NODE_BACKUP_BACKUP_COMMAND_H_
