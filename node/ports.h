// The ports on which a node listens, and where others reach them.

#ifndef DISTDB_NODE_PORTS_H_
#define DISTDB_NODE_PORTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "net/socket.h"
#include "net/unique_fd.h"
#include "node/config.pb.h"

namespace distdb {

struct OwnAddresses {
  std::vector<Endpoint> peer;  // The best first.
  Endpoint client;
};

struct Ports {
  UniqueFd peers;
  UniqueFd clients;
  // As the node's member entry says, and without that, at the addresses of the
  // machine.
  OwnAddresses own;
};

// Listens at the ports that the configuration gives; where it gives none, at
// those of the node's last life (address_file.h), if they are free, or at ones
// that the system chooses. AlreadyExists when a configured one is in use; names
// the field at fault.
absl::StatusOr<Ports> OpenPorts(const NodeConfig& config);

}  // namespace distdb

#endif  // DISTDB_NODE_PORTS_H_
