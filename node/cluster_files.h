// The files of a new cluster on this machine, configurations and keys: what
// `distdb init` and `distdb demo` write.

#ifndef DISTDB_NODE_CLUSTER_FILES_H_
#define DISTDB_NODE_CLUSTER_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/tls/keys.h"
#include "node/config.pb.h"

namespace distdb {

// The ports of one node, all on 127.0.0.1. 0: it has no address in the files,
// listens at a port that the system chooses, and is found.
struct NodePorts {
  uint16_t client = 0;
  uint16_t peer = 0;
};

// Clients at base_port, peers at base_port + 100, one up per node. The hundred
// ports after those are kept free for HTTP. Requires that all fit.
std::vector<NodePorts> ConsecutivePorts(int nodes, uint16_t base_port);

struct ClusterPlan {
  uint64_t cluster_id = 0;
  ReplicationMode mode = BRACHA;
  std::vector<NodePorts> ports;  // One per node,
  std::vector<PrivateKey> keys;  // and as many.
};

// With a new id and new keys.
absl::StatusOr<ClusterPlan> DrawPlan(ReplicationMode mode,
                                     std::vector<NodePorts> ports);

// The text of node `id`'s file (from 1), with comments for people.
std::string ConfigText(const ClusterPlan& plan, uint32_t id);

// DIR/node-ID.textproto, and DIR/node-ID/key.pem.
std::string ConfigPath(const std::string& dir, uint32_t id);
std::string KeyPath(const std::string& dir, uint32_t id);

// Writes all of them, and creates `dir` if it is missing. AlreadyExists when
// one of the files is there: nothing is written over.
absl::Status WriteClusterFiles(const ClusterPlan& plan, const std::string& dir);

}  // namespace distdb

#endif  // DISTDB_NODE_CLUSTER_FILES_H_
