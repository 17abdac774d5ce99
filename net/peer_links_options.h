// What the links of a node are told when they are made.

#ifndef DISTDB_NET_PEER_LINKS_OPTIONS_H_
#define DISTDB_NET_PEER_LINKS_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/socket.h"
#include "net/tls/context.h"
#include "net/unique_fd.h"

namespace distdb {

// Accepted connections that have not shaken hands yet. Each may hold 1 KiB of
// ours, and with TLS the buffers of OpenSSL, some 60 KiB.
inline constexpr size_t kStrangersMax = 2 * kNodesMax;

struct PeerLinksOptions {
  std::string cluster_id;
  Epoch epoch{1};
  NodeId self;
  // Where each node listens for its peers, by node id, with an empty host where
  // that is to be found (PeerLinks::SetFound); the own entry is not used. Its
  // size is the size of the cluster, 1 … kNodesMax.
  std::vector<Endpoint> peers;
  // From Listen().
  UniqueFd listener;
  // The own key and everybody's pins. Null: in the clear, and everybody's word
  // is taken for who he is.
  std::shared_ptr<const TlsContext> tls;
  // For the jitter of reconnects; give each node its own.
  uint64_t seed = 0;

  // Per peer. A single message is queued also where it is larger.
  size_t queue_bytes_max = 32 * 1024 * 1024;
  // Of kStrangersMax; so that one machine cannot keep the others out. A whole
  // cluster may be on one.
  size_t strangers_per_address_max = kNodesMax;
  // Connecting, securing and shaking hands together.
  Duration handshake_timeout = 3 * kSecond;
  Duration ping_interval = 1 * kSecond;
  // The link is closed when nothing has come for so long,
  Duration idle_timeout = 5 * kSecond;
  // or when a frame has begun and is not whole after so long.
  Duration frame_timeout = 30 * kSecond;
  Duration backoff_first = 50 * kMillisecond;
  Duration backoff_max = 2 * kSecond;
  Duration report_interval = 60 * kSecond;
};

// OK, or InvalidArgument naming the option that is out of its range.
absl::Status CheckOptions(const PeerLinksOptions& options);

}  // namespace distdb

#endif  // DISTDB_NET_PEER_LINKS_OPTIONS_H_
