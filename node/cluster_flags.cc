#include "node/cluster_flags.h"

#include <cstdint>
#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/node_set.h"
#include "node/config.h"
#include "node/config.pb.h"

ABSL_FLAG(int, nodes, 4, "How many nodes: 1 to 64.");
ABSL_FLAG(std::string, mode, "",
          "How writes are replicated: bracha (unless told otherwise) or "
          "broadcast.");
ABSL_FLAG(int, base_port, 7001,
          "Clients at this port, peers 100 above, one up per node; 0 is any "
          "that are free, and nodes then find each other.");
ABSL_FLAG(std::string, dir, "",
          "The folder of the cluster's files; demo starts the cluster that is "
          "there, or a new one, and without a folder, a temporary one.");
ABSL_FLAG(bool, insecure, false,
          "Let nodes talk in the clear and believe each other who they are, "
          "all of them or none; on this machine alone.");

namespace distdb {
namespace {

// Clients, peers and HTTP need a hundred ports each.
constexpr int kBasePortMax = 65535 - 300;

}  // namespace

absl::StatusOr<ReplicationMode> ReadModeFlag(ReplicationMode otherwise) {
  const std::string text = absl::GetFlag(FLAGS_mode);
  if (text.empty()) return otherwise;
  absl::StatusOr<ReplicationMode> mode = ParseMode(text);
  if (mode.ok()) return mode;
  return absl::InvalidArgumentError(
      absl::StrCat("--mode: ", mode.status().message()));
}

absl::StatusOr<ClusterFlags> ReadClusterFlags() {
  ClusterFlags flags;
  flags.nodes = absl::GetFlag(FLAGS_nodes);
  if (flags.nodes < 1 || flags.nodes > kNodesMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--nodes=", flags.nodes, " is out of range; use 1 to ", kNodesMax));
  }
  const absl::StatusOr<ReplicationMode> mode = ReadModeFlag(BRACHA);
  if (!mode.ok()) return mode.status();
  flags.mode = *mode;
  const int base_port = absl::GetFlag(FLAGS_base_port);
  if (base_port < 0 || base_port > kBasePortMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("--base_port=", base_port, " is out of range; use 1 to ",
                     kBasePortMax, ", or 0 for ports that are free"));
  }
  flags.base_port = static_cast<uint16_t>(base_port);
  return flags;
}

}  // namespace distdb
