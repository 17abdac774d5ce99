// A private key in its file: readable by its owner alone, or not used.

#ifndef DISTDB_NODE_KEY_FILE_H_
#define DISTDB_NODE_KEY_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/tls/keys.h"

namespace distdb {

// Errors are one line that names the file and the mend: NotFound,
// PermissionDenied when others can read it, InvalidArgument when it holds no
// Ed25519 key.
absl::StatusOr<PrivateKey> ReadKeyFile(const std::string& path);

// Creates the file, durably, with mode 0600, and its directory with mode 0700
// where that is missing. AlreadyExists when there is one: no key is ever
// written over.
absl::Status WriteKeyFile(const std::string& path, const PrivateKey& key);

}  // namespace distdb

#endif  // DISTDB_NODE_KEY_FILE_H_
