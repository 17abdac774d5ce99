// A page of a backup: puts and deletes, to be done in this order. What a node
// sends, a file holds and a restore writes again.
//
//   page  = entry*
//   entry = kind:u8 key_size:u32 value_size:u32 key value
//
// kind is 1 for a put, 2 for a delete, which has no value; numbers are
// little-endian.

#ifndef DISTDB_NODE_BACKUP_PAGE_H_
#define DISTDB_NODE_BACKUP_PAGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/command.h"

namespace distdb {

void AppendPut(absl::string_view key, absl::string_view value,
               std::string& page);
void AppendDelete(absl::string_view key, std::string& page);

// DataLoss naming the byte of the page at fault.
absl::StatusOr<std::vector<Mutation>> DecodePage(absl::string_view page);

}  // namespace distdb

#endif  // DISTDB_NODE_BACKUP_PAGE_H_
