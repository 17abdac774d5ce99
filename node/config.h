// Configuration of a node: a textproto file (config.proto), parsed and checked.
//
// Every error is one line that names the file, the line and column where the
// file says so, what is wrong and the mend:
//
//   node-1.textproto:7:3: members[1].id is 2 twice; number the members from 1
//   to 4, each once
//
// Not thread-safe; holds no state.

#ifndef DISTDB_NODE_CONFIG_H_
#define DISTDB_NODE_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/config.h"
#include "core/digest.h"
#include "net/tls/keys.h"
#include "node/config.pb.h"

namespace distdb {

// "bracha" or "broadcast", in either case.
absl::StatusOr<ReplicationMode> ParseMode(absl::string_view text);
absl::string_view ModeName(Mode mode);

// Reads, parses and checks the file. The data directory and the key's file in
// the result are absolute or relative to the working directory, no longer to
// the file.
// NotFound or InvalidArgument, naming file, line and mend.
absl::StatusOr<NodeConfig> LoadNodeConfig(const std::string& path);

// The same on text, with `file` as the name in errors.
absl::StatusOr<NodeConfig> ParseNodeConfig(absl::string_view text,
                                           const std::string& file);

// What core is told. `config` has passed the checks above; `digester` outlives
// the result.
Config CoreConfig(const NodeConfig& config, const Digester* digester);

// By what name the nodes of a cluster know each other when they connect: of the
// same cluster, and in the same mode.
std::string PeersClusterId(const NodeConfig& config);

// Whether the members have keys.
bool HasKeys(const NodeConfig& config);

// The members' public keys, by node. Requires HasKeys.
std::vector<PublicKey> Pins(const NodeConfig& config);

// The member with this id (from 1). Requires 1 <= id <= n.
const Member& FindMember(const NodeConfig& config, uint32_t id);

}  // namespace distdb

#endif  // DISTDB_NODE_CONFIG_H_
