#include "node/config_checks.h"

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "net/discovery/multicast.h"
#include "net/socket.h"
#include "net/tls/keys.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/config_limits.h"

namespace distdb {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::TextFormat;

absl::Status ErrorAt(const std::string& file, TextFormat::ParseLocation place,
                     absl::string_view problem) {
  const std::string where =
      place.line < 0
          ? file
          : absl::StrCat(file, ":", place.line + 1, ":", place.column + 1);
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", problem));
}

// The members' ids are 1 … n, each once.
absl::Status CheckIds(const NodeConfig& config, const ConfigPlaces& places) {
  const int n = config.members_size();
  const std::string mend =
      absl::StrCat("number the members from 1 to ", n, ", each once");
  std::set<uint32_t> seen;
  for (int i = 0; i < n; ++i) {
    const uint32_t id = config.members(i).id();
    if (id < 1 || id > static_cast<uint32_t>(n)) {
      return places.MemberError(
          i, "id", absl::StrCat("members[", i, "].id is ", id, "; ", mend));
    }
    if (!seen.insert(id).second) {
      return places.MemberError(
          i, "id",
          absl::StrCat("members[", i, "].id is ", id, " twice; ", mend));
    }
  }
  return absl::OkStatus();
}

// One address of one member: well formed and used by nobody else, or left out
// where it can be found.
absl::Status CheckAddress(const ConfigPlaces& places, int index,
                          const std::string& field, const std::string& text,
                          bool may_be_found, std::set<std::string>& seen) {
  const std::string name = absl::StrCat("members[", index, "].", field);
  if (text.empty() && may_be_found) return absl::OkStatus();
  if (text.empty()) {
    return places.MemberError(
        index, field,
        absl::StrCat(name, " is missing; add ", field, ": \"127.0.0.1:7001\"",
                     ", or give the members keys, by which nodes find each "
                     "other"));
  }
  const absl::StatusOr<Endpoint> address = ParseEndpoint(text);
  if (!address.ok() || address->port == 0) {
    return places.MemberError(
        index, field,
        absl::StrCat(name, " is \"", text, "\"; give HOST:PORT with a port ",
                     "from 1 to 65535, as in 127.0.0.1:7001"));
  }
  if (!seen.insert(ToString(*address)).second) {
    return places.MemberError(
        index, field,
        absl::StrCat(name, " is ", text, ", which is another address, too; ",
                     "give each its own port"));
  }
  return absl::OkStatus();
}

absl::Status CheckMembers(const NodeConfig& config,
                          const ConfigPlaces& places) {
  const int n = config.members_size();
  if (n == 0) {
    return places.Error("members",
                        "there are no members; add one members { "
                        "id: 1 … } per node");
  }
  if (n > kNodesMax) {
    return places.Error(
        "", absl::StrCat("there are ", n, " members; use at most ", kNodesMax));
  }
  absl::Status status = CheckIds(config, places);
  std::set<std::string> addresses;
  for (int i = 0; i < n && status.ok(); ++i) {
    const Member& member = config.members(i);
    status = CheckAddress(places, i, "peer_address", member.peer_address(),
                          HasKeys(config), addresses);
    if (!status.ok()) return status;
    status = CheckAddress(places, i, "client_address", member.client_address(),
                          HasKeys(config), addresses);
  }
  return status;
}

// One key per member, each another; or none at all.
absl::Status CheckKeys(const NodeConfig& config, const ConfigPlaces& places) {
  const bool secured = HasKeys(config);
  std::set<std::string> keys;
  for (int i = 0; i < config.members_size(); ++i) {
    const Member& member = config.members(i);
    const std::string name = absl::StrCat("members[", i, "].public_key");
    if (member.has_public_key() != secured) {
      return places.MemberError(
          i, "",
          absl::StrCat(name, secured ? " is missing" : " is there",
                       ", and not so for members[0]; give every member its "
                       "key (`distdb init` draws them), or none"));
    }
    if (!secured) continue;
    const absl::StatusOr<PublicKey> key = ParsePublicKey(member.public_key());
    if (!key.ok()) {
      return places.MemberError(
          i, "public_key", absl::StrCat(name, ": ", key.status().message()));
    }
    if (!keys.insert(member.public_key()).second) {
      return places.MemberError(
          i, "public_key",
          absl::StrCat(name, " is another member's, too; give each its own"));
    }
  }
  if (secured && config.key_file().empty()) {
    return places.Error("key_file",
                        "key_file is missing; add key_file: "
                        "\"node-1/key.pem\", this node's private key");
  }
  return absl::OkStatus();
}

// A node that the others are told to reach from elsewhere must listen there.
absl::Status CheckListenHost(const NodeConfig& config,
                             const ConfigPlaces& places) {
  const std::string& host = config.listen_host();
  if (!IsIpAddress(host)) {
    return places.Error("listen_host",
                        absl::StrCat("listen_host is \"", host,
                                     "\"; use an IP address, 0.0.0.0 for "
                                     "every interface"));
  }
  const std::string& peer = FindMember(config, config.node_id()).peer_address();
  const absl::StatusOr<Endpoint> reached = ParseEndpoint(peer);
  if (reached.ok() && IsLoopback(host) && !IsLoopback(reached->host)) {
    return places.Error(
        "listen_host",
        absl::StrCat("listen_host is ", host, ", where the other nodes cannot ",
                     "reach ", peer, "; set listen_host: \"0.0.0.0\""));
  }
  return absl::OkStatus();
}

// What discovery is told makes sense.
absl::Status CheckDiscovery(const NodeConfig& config,
                            const ConfigPlaces& places) {
  const bool discovers =
      config.seed_addresses_size() > 0 || config.discover() != NONE;
  if (discovers && !HasKeys(config)) {
    return places.Error(
        config.discover() != NONE ? "discover" : "seed_addresses",
        "addresses are found only between nodes that have keys, with which "
        "they sign them; give every member its public_key (`distdb init` "
        "draws them)");
  }
  for (const std::string& seed : config.seed_addresses()) {
    const absl::StatusOr<Endpoint> address = ParseIpEndpoint(seed);
    if (address.ok()) continue;
    return places.Error(
        "seed_addresses",
        absl::StrCat("seed_addresses: ", address.status().message(),
                     "; give the peer address of another member, as in "
                     "127.0.0.1:7101"));
  }
  const absl::StatusOr<Endpoint> group =
      ParseEndpoint(config.multicast_group());
  if (!group.ok() || group->port == 0 || !IsMulticast(group->host)) {
    return places.Error(
        "multicast_group",
        absl::StrCat("multicast_group is \"", config.multicast_group(),
                     "\"; give an IPv4 multicast address and a port, as in "
                     "239.255.71.1:7100"));
  }
  return absl::OkStatus();
}

absl::Status CheckLimits(const NodeConfig& config, const ConfigPlaces& places) {
  struct Limit {
    const char* field;
    uint64_t value;
    Range range;
  };
  for (const Limit& limit :
       {Limit{"window", config.window(), kWindowRange},
        {"request_timeout_ms", config.request_timeout_ms(),
         kRequestTimeoutMsRange},
        {"retained_bytes_max", config.retained_bytes_max(),
         kRetainedBytesRange},
        {"handshake_timeout_ms", config.handshake_timeout_ms(),
         kHandshakeTimeoutMsRange},
        {"idle_timeout_ms", config.idle_timeout_ms(), kIdleTimeoutMsRange},
        {"peer_queue_bytes_max", config.peer_queue_bytes_max(),
         kPeerQueueBytesRange},
        {"segment_bytes", config.segment_bytes(), kSegmentBytesRange},
        {"snapshot_log_bytes", config.snapshot_log_bytes(),
         kSnapshotLogBytesRange},
        {"record_bytes", config.record_bytes(), kRecordBytesRange},
        {"record_files", config.record_files(), kRecordFilesRange}}) {
    if (limit.range.Contains(limit.value)) continue;
    return places.Error(
        limit.field,
        absl::StrCat(
            limit.field, " is ", limit.value, "; use ",
            limit.range.max == kAnySize
                ? absl::StrCat("at least ", limit.range.min)
                : absl::StrCat(limit.range.min, " to ", limit.range.max)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ConfigPlaces::Error(const std::string& field,
                                 absl::string_view problem) const {
  const FieldDescriptor* descriptor =
      NodeConfig::descriptor()->FindFieldByName(field);
  if (descriptor == nullptr) return ErrorAt(file_, {}, problem);
  const int index = descriptor->is_repeated() ? 0 : -1;
  return ErrorAt(file_, tree_.GetLocation(descriptor, index), problem);
}

absl::Status ConfigPlaces::MemberError(int index, const std::string& field,
                                       absl::string_view problem) const {
  const FieldDescriptor* members =
      NodeConfig::descriptor()->FindFieldByName("members");
  TextFormat::ParseLocation place = tree_.GetLocation(members, index);
  const FieldDescriptor* inner = Member::descriptor()->FindFieldByName(field);
  const Tree* nested = tree_.GetTreeForNested(members, index);
  if (inner != nullptr && nested != nullptr) {
    const TextFormat::ParseLocation exact = nested->GetLocation(inner, -1);
    if (exact.line >= 0) place = exact;
  }
  return ErrorAt(file_, place, problem);
}

absl::Status CheckNodeConfig(const NodeConfig& config,
                             const ConfigPlaces& places) {
  if (config.cluster_id() == 0) {
    return places.Error("cluster_id",
                        "cluster_id is missing or 0; give the cluster any "
                        "other number, the same on all nodes");
  }
  if (config.mode() == MODE_UNSPECIFIED) {
    return places.Error("mode", "mode is unspecified; use BRACHA or BROADCAST");
  }
  if (config.epoch() == 0) {
    return places.Error("epoch", "epoch is 0; epochs count from 1");
  }
  absl::Status status = CheckMembers(config, places);
  if (!status.ok()) return status;
  const uint32_t n = static_cast<uint32_t>(config.members_size());
  if (config.node_id() < 1 || config.node_id() > n) {
    return places.Error(
        "node_id", absl::StrCat("node_id is ", config.node_id(), "; use 1 to ",
                                n, ", the members' ids"));
  }
  if (config.data_dir().empty()) {
    return places.Error("data_dir",
                        "data_dir is missing; add data_dir: \"node-1\"");
  }
  status = CheckListenHost(config, places);
  if (!status.ok()) return status;
  status = CheckKeys(config, places);
  if (!status.ok()) return status;
  status = CheckDiscovery(config, places);
  if (!status.ok()) return status;
  return CheckLimits(config, places);
}

}  // namespace distdb
