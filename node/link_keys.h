// What secures a node's links, from its configuration and its key's file.

#ifndef DISTDB_NODE_LINK_KEYS_H_
#define DISTDB_NODE_LINK_KEYS_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/tls/context.h"
#include "node/config.pb.h"

namespace distdb {

// The node's own key and everybody's pins. `config` has passed its checks.
// Errors are one line with the mend: those of ReadKeyFile; InvalidArgument when
// the key is not the one that the configuration says is this node's;
// FailedPrecondition when the configuration has no keys.
absl::StatusOr<std::shared_ptr<const TlsContext>> LoadLinkKeys(
    const NodeConfig& config);

// OK when no address of the nodes among each other can be reached from another
// machine: there alone they may talk in the clear.
absl::Status CheckLoopback(const NodeConfig& config);

}  // namespace distdb

#endif  // DISTDB_NODE_LINK_KEYS_H_
