// The address records that a node knows, in a file beside its key, so that
// after a restart it finds the others again, wherever they have moved.
//
// A frame of the wire (net/codec/frame.h). Nothing in it is trusted: every
// record is checked again as it is read. So a file that is torn or gone costs
// at most a seed to ask, and is not worth a sync.

#ifndef DISTDB_NODE_ADDRESS_FILE_H_
#define DISTDB_NODE_ADDRESS_FILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace distdb {

// `addresses`, in the folder of the key's file.
std::string AddressFilePath(const std::string& key_file);

// Empty when there is no file. An error, which names the file, when it holds
// something else or cannot be read.
absl::StatusOr<std::vector<std::string>> ReadAddressFile(
    const std::string& path);

// Replaces the file as a whole. Requires 1 to kAddressRecordsMax records.
absl::Status WriteAddressFile(const std::string& path,
                              const std::vector<std::string>& records);

}  // namespace distdb

#endif  // DISTDB_NODE_ADDRESS_FILE_H_
