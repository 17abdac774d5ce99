#include "node/cluster_files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "node/config.pb.h"

namespace distdb {
namespace {

constexpr int kPeerPortOffset = 100;

}  // namespace

std::vector<NodePorts> ConsecutivePorts(int nodes, uint16_t base_port) {
  std::vector<NodePorts> ports;
  for (int i = 0; i < nodes; ++i) {
    ports.push_back({static_cast<uint16_t>(base_port + i),
                     static_cast<uint16_t>(base_port + kPeerPortOffset + i)});
  }
  return ports;
}

std::string ConfigText(const ClusterPlan& plan, uint32_t id) {
  std::string text = absl::StrCat(
      "# Node ", id, " of ", plan.ports.size(),
      ". node/config.proto explains every field.\n", "cluster_id: 0x",
      absl::Hex(plan.cluster_id, absl::kZeroPad16), "\nnode_id: ", id,
      "\nmode: ", ReplicationMode_Name(plan.mode), "\ndata_dir: \"node-", id,
      "\"\n");
  for (size_t i = 0; i < plan.ports.size(); ++i) {
    absl::StrAppend(&text, "members {\n  id: ", i + 1,
                    "\n  peer_address: \"127.0.0.1:", plan.ports[i].peer,
                    "\"\n  client_address: \"127.0.0.1:", plan.ports[i].client,
                    "\"\n}\n");
  }
  return text;
}

std::string ConfigPath(const std::string& dir, uint32_t id) {
  return absl::StrCat(dir, "/node-", id, ".textproto");
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
    const std::string path = ConfigPath(dir, id);
    if (std::filesystem::exists(path)) {
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
  }
  return absl::OkStatus();
}

uint64_t DrawClusterId() {
  std::random_device source;
  const uint64_t high = source();
  const uint64_t low = source();
  const uint64_t id = (high << 32) | low;
  return id == 0 ? 1 : id;
}

}  // namespace distdb
