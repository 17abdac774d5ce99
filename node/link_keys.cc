#include "node/link_keys.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "net/socket.h"
#include "net/tls/context.h"
#include "net/tls/keys.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/key_file.h"

namespace distdb {
namespace {

absl::Status ReachableError(const std::string& what) {
  return absl::FailedPreconditionError(absl::StrCat(
      "--insecure: ", what,
      " can be reached from other machines, where anybody could speak for a "
      "node; leave --insecure out (`distdb init` makes the keys), or use "
      "127.0.0.1"));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TlsContext>> LoadLinkKeys(
    const NodeConfig& config) {
  if (!HasKeys(config)) {
    return absl::FailedPreconditionError(
        "the members have no public_key, by which nodes know each other; "
        "`distdb init` draws keys; on this machine alone, --insecure does "
        "without");
  }
  const absl::StatusOr<PrivateKey> key = ReadKeyFile(config.key_file());
  if (!key.ok()) return key.status();
  const std::string& pinned = FindMember(config, config.node_id()).public_key();
  if (ToString(key->public_key()) != pinned) {
    return absl::InvalidArgumentError(absl::StrCat(
        config.key_file(), " holds the private key of ",
        ToString(key->public_key()), ", and public_key of node ",
        config.node_id(), " is ", pinned,
        "; take the key that belongs to it, or change public_key on every "
        "node"));
  }
  return TlsContext::Create(*key, Pins(config));
}

absl::Status CheckLoopback(const NodeConfig& config) {
  if (!IsLoopback(config.listen_host())) {
    return ReachableError("listen_host " + config.listen_host());
  }
  if (config.seed_addresses_size() > 0 || config.discover() != NONE) {
    return absl::FailedPreconditionError(
        "--insecure: nodes find each other by addresses that they sign with "
        "their keys; leave --insecure out, or --join and --discover");
  }
  for (const Member& member : config.members()) {
    if (!member.has_peer_address() || !member.has_client_address()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "--insecure: the addresses of node ", member.id(),
          " are not given, and are found only between nodes that use their "
          "keys; leave --insecure out, or add peer_address and client_address "
          "to each of the members"));
    }
    const absl::StatusOr<Endpoint> peer = ParseEndpoint(member.peer_address());
    if (!peer.ok() || !IsLoopback(peer->host)) {
      return ReachableError("peer_address " + member.peer_address());
    }
  }
  return absl::OkStatus();
}

}  // namespace distdb
