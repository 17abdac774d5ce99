// Writes what a backup holds to a cluster, in its order.

#ifndef DISTDB_NODE_BACKUP_RESTORE_H_
#define DISTDB_NODE_BACKUP_RESTORE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "node/backup/file.h"
#include "node/database_client.h"

namespace distdb {

// Reads `backup`, of which nothing has been read, to its end. Tells `report` a
// line for each tenth. Returns how many entries it has written. After an error,
// which is the reader's or the node's, some are; writing all of them again
// gives the same.
absl::StatusOr<uint64_t> WriteBackup(
    BackupReader& backup, DatabaseClient& client,
    const std::function<void(const std::string&)>& report);

}  // namespace distdb

#endif  // DISTDB_NODE_BACKUP_RESTORE_H_
