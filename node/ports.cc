#include "node/ports.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "net/discovery/interfaces.h"
#include "net/socket.h"
#include "net/unique_fd.h"
#include "node/config.h"
#include "node/config.pb.h"

namespace distdb {
namespace {

// The node's own listener: its port, on the host where it is to listen. Without
// an address, a port that the system chooses.
absl::StatusOr<UniqueFd> ListenAt(const std::string& host,
                                  const std::string& address,
                                  absl::string_view field) {
  const uint16_t port = ParseEndpoint(address).value_or(Endpoint()).port;
  absl::StatusOr<UniqueFd> listener = Listen({host, port});
  if (listener.ok()) return listener;
  return absl::Status(listener.status().code(),
                      absl::StrCat(field, ": ", listener.status().message()));
}

// Where others find what listens at `port` of `listen_host`.
std::vector<Endpoint> Reachable(const std::string& configured,
                                const std::string& listen_host, uint16_t port) {
  const absl::StatusOr<Endpoint> told = ParseEndpoint(configured);
  if (told.ok() && IsIpAddress(told->host)) return {*told};
  std::vector<Endpoint> found;
  for (const std::string& host : ReachableHosts(listen_host)) {
    found.push_back({host, port});
  }
  return found;
}

}  // namespace

absl::StatusOr<Ports> OpenPorts(const NodeConfig& config) {
  const Member& self = FindMember(config, config.node_id());
  const std::string& host = config.listen_host();
  absl::StatusOr<UniqueFd> clients =
      ListenAt(host, self.client_address(), "client_address");
  if (!clients.ok()) return clients.status();
  absl::StatusOr<UniqueFd> peers =
      ListenAt(host, self.peer_address(), "peer_address");
  if (!peers.ok()) return peers.status();
  const absl::StatusOr<uint16_t> client_port = LocalPort(*clients);
  if (!client_port.ok()) return client_port.status();
  const absl::StatusOr<uint16_t> peer_port = LocalPort(*peers);
  if (!peer_port.ok()) return peer_port.status();
  Ports ports{.peers = *std::move(peers), .clients = *std::move(clients)};
  ports.own.peer = Reachable(self.peer_address(), host, *peer_port);
  ports.own.client =
      Reachable(self.client_address(), host, *client_port).front();
  return ports;
}

}  // namespace distdb
