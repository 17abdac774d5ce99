// The flags that shape a cluster: --nodes, --mode, --base_port, --dir
// and --insecure, which `init`, `demo` and `serve` share.

#ifndef DISTDB_NODE_CLUSTER_FLAGS_H_
#define DISTDB_NODE_CLUSTER_FLAGS_H_

#include <cstdint>
#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "node/config.pb.h"

ABSL_DECLARE_FLAG(std::string, dir);
ABSL_DECLARE_FLAG(bool, insecure);

namespace distdb {

struct ClusterFlags {
  int nodes = 4;
  ReplicationMode mode = BRACHA;
  uint16_t base_port = 0;  // 0: ports that the system chooses.
};

// InvalidArgument naming the flag and the mend.
absl::StatusOr<ClusterFlags> ReadClusterFlags();

// --mode alone; `otherwise` where it was not given.
absl::StatusOr<ReplicationMode> ReadModeFlag(ReplicationMode otherwise);

}  // namespace distdb

#endif  // DISTDB_NODE_CLUSTER_FLAGS_H_
