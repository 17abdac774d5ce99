// The bytes of a backup's header, for writer and reader; file.h has the rules.

#ifndef DISTDB_NODE_BACKUP_FORMAT_H_
#define DISTDB_NODE_BACKUP_FORMAT_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "node/backup/file.h"

namespace distdb {

inline constexpr char kBackupDraftSuffix[] = ".partial";
inline constexpr size_t kBackupHeaderBytes = 8 + 4 + 8 + 4 + 8 + 4;

// No node sends a larger page: see BackupSession.
inline constexpr size_t kBackupPageBytesMax = 16 * 1024 * 1024;

std::string EncodeBackupHeader(const BackupHeader& header);

// `bytes` has kBackupHeaderBytes. InvalidArgument where they are of no backup,
// or of another format; DataLoss where they are damaged.
absl::StatusOr<BackupHeader> DecodeBackupHeader(absl::string_view bytes);

}  // namespace distdb

#endif  // DISTDB_NODE_BACKUP_FORMAT_H_
