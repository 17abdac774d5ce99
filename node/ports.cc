#include "node/ports.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/discovery/address_record.h"
#include "net/discovery/interfaces.h"
#include "net/socket.h"
#include "net/unique_fd.h"
#include "node/address_file.h"
#include "node/config.h"
#include "node/config.pb.h"

namespace distdb {
namespace {

// The ports of this node's last life, by its own record in the address file; 0
// where nothing is known. Nothing rests on their being true.
struct FormerPorts {
  uint16_t peer = 0;
  uint16_t client = 0;
};

FormerPorts RememberPorts(const NodeConfig& config) {
  const absl::StatusOr<std::vector<std::string>> records =
      ReadAddressFile(AddressFilePath(config.key_file()));
  // What is wrong with the file, the finder tells.
  if (!records.ok()) return {};
  for (const std::string& bytes : *records) {
    const absl::StatusOr<SignedRecord> found = ReadRecord(bytes);
    if (!found.ok()) continue;
    const AddressRecord& record = found->record;
    if (record.node == NodeId(config.node_id() - 1) &&
        record.cluster_id == PeersClusterId(config)) {
      return {record.peer_addresses.front().port, record.client_address.port};
    }
  }
  return {};
}

// The node's own listener: its port, on the host where it is to listen. Without
// an address, where it listened before, or else a port that the system chooses:
// so nodes that all start again find each other by what they remember.
absl::StatusOr<UniqueFd> ListenAt(const std::string& host,
                                  const std::string& address, uint16_t former,
                                  absl::string_view field) {
  if (address.empty() && former != 0) {
    absl::StatusOr<UniqueFd> again = Listen({host, former});
    if (again.ok()) return again;
  }
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
  const FormerPorts former = RememberPorts(config);
  absl::StatusOr<UniqueFd> clients =
      ListenAt(host, self.client_address(), former.client, "client_address");
  if (!clients.ok()) return clients.status();
  absl::StatusOr<UniqueFd> peers =
      ListenAt(host, self.peer_address(), former.peer, "peer_address");
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
