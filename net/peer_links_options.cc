#include "net/peer_links_options.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/node_set.h"

namespace distdb {
namespace {

constexpr size_t kClusterIdBytesMax = 256;

}  // namespace

absl::Status CheckOptions(const PeerLinksOptions& options) {
  const size_t n = options.peers.size();
  if (options.cluster_id.empty() ||
      options.cluster_id.size() > kClusterIdBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("cluster_id: give 1 to ", kClusterIdBytesMax, " bytes"));
  }
  if (n < 1 || n > kNodesMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "peers: a cluster of ", n, " nodes: give between 1 and ", kNodesMax));
  }
  if (options.self.value() >= n) {
    return absl::InvalidArgumentError(absl::StrCat(
        "self: node-", options.self.value() + 1, " in a cluster of ", n));
  }
  if (options.queue_bytes_max == 0) {
    return absl::InvalidArgumentError("queue_bytes_max: give at least 1");
  }
  if (options.strangers_per_address_max == 0) {
    return absl::InvalidArgumentError(
        "strangers_per_address_max: give at least 1");
  }
  if (options.handshake_timeout <= 0 || options.frame_timeout <= 0 ||
      options.ping_interval <= 0 ||
      options.idle_timeout <= options.ping_interval) {
    return absl::InvalidArgumentError(
        "handshake_timeout, frame_timeout, ping_interval: give more than 0; "
        "idle_timeout: more than ping_interval");
  }
  if (options.backoff_first <= 0 ||
      options.backoff_max < options.backoff_first) {
    return absl::InvalidArgumentError(
        "backoff_first: give more than 0; backoff_max: at least as much");
  }
  return absl::OkStatus();
}

}  // namespace distdb
