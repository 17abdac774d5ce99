#include "node/cluster_files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "net/tls/keys.h"
#include "node/config.pb.h"
#include "node/key_file.h"

namespace distdb {
namespace {

constexpr int kPeerPortOffset = 100;

// From the system's source of randomness.
uint64_t DrawClusterId() {
  std::random_device source;
  const uint64_t high = source();
  const uint64_t low = source();
  const uint64_t id = (high << 32) | low;
  return id == 0 ? 1 : id;
}

void AppendAddress(absl::string_view field, uint16_t port, std::string& text) {
  if (port == 0) return;
  absl::StrAppend(&text, "  ", field, ": \"127.0.0.1:", port, "\"\n");
}

}  // namespace

std::vector<NodePorts> ConsecutivePorts(int nodes, uint16_t base_port) {
  std::vector<NodePorts> ports;
  for (int i = 0; i < nodes; ++i) {
    ports.push_back({static_cast<uint16_t>(base_port + i),
                     static_cast<uint16_t>(base_port + kPeerPortOffset + i)});
  }
  return ports;
}

absl::StatusOr<ClusterPlan> DrawPlan(ReplicationMode mode,
                                     std::vector<NodePorts> ports) {
  ClusterPlan plan;
  plan.cluster_id = DrawClusterId();
  plan.mode = mode;
  plan.ports = std::move(ports);
  while (plan.keys.size() < plan.ports.size()) {
    absl::StatusOr<PrivateKey> key = PrivateKey::Generate();
    if (!key.ok()) return key.status();
    plan.keys.push_back(*std::move(key));
  }
  return plan;
}

std::string ConfigText(const ClusterPlan& plan, uint32_t id) {
  std::string text = absl::StrCat(
      "# Node ", id, " of ", plan.ports.size(),
      ". node/config.proto explains every field.\n", "cluster_id: 0x",
      absl::Hex(plan.cluster_id, absl::kZeroPad16), "\nnode_id: ", id,
      "\nmode: ", ReplicationMode_Name(plan.mode), "\ndata_dir: \"node-", id,
      "\"\nkey_file: \"node-", id, "/key.pem\"\n");
  for (size_t i = 0; i < plan.ports.size(); ++i) {
    absl::StrAppend(&text, "members {\n  id: ", i + 1, "\n");
    AppendAddress("peer_address", plan.ports[i].peer, text);
    AppendAddress("client_address", plan.ports[i].client, text);
    absl::StrAppend(&text, "  public_key: \"",
                    ToString(plan.keys[i].public_key()), "\"\n}\n");
  }
  return text;
}

std::string ConfigPath(const std::string& dir, uint32_t id) {
  return absl::StrCat(dir, "/node-", id, ".textproto");
}

std::string KeyPath(const std::string& dir, uint32_t id) {
  return absl::StrCat(dir, "/node-", id, "/key.pem");
}

absl::Status WriteClusterFiles(const ClusterPlan& plan,
                               const std::string& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat("cannot create the directory ",
                                               dir, ": ", error.message()));
  }
  const uint32_t nodes = static_cast<uint32_t>(plan.ports.size());
  for (uint32_t id = 1; id <= nodes; ++id) {
    for (const std::string& path : {ConfigPath(dir, id), KeyPath(dir, id)}) {
      if (!std::filesystem::exists(path)) continue;
      return absl::AlreadyExistsError(absl::StrCat(
          path, " is there already; give a new --dir, or remove it first"));
    }
  }
  for (uint32_t id = 1; id <= nodes; ++id) {
    const std::string path = ConfigPath(dir, id);
    std::ofstream file(path);
    file << ConfigText(plan, id);
    file.close();
    if (!file) {
      return absl::UnavailableError(
          absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
    }
    const absl::Status key = WriteKeyFile(KeyPath(dir, id), plan.keys[id - 1]);
    if (!key.ok()) return key;
  }
  return absl::OkStatus();
}

}  // namespace distdb
