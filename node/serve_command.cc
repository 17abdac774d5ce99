#include "node/serve_command.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "net/socket.h"
#include "node/cluster_flags.h"
#include "node/command_line.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/exit.h"
#include "node/narrator.h"
#include "node/node.h"

ABSL_FLAG(std::string, config, "", "The node's configuration file.");
ABSL_FLAG(std::string, listen_host, "",
          "Listen on this IP address, whatever the file says.");

namespace distdb {
namespace {

// Flags go before the file.
absl::Status Override(NodeConfig& config) {
  const absl::StatusOr<ReplicationMode> mode = ReadModeFlag(config.mode());
  if (!mode.ok()) return mode.status();
  config.set_mode(*mode);
  const std::string host = absl::GetFlag(FLAGS_listen_host);
  if (!host.empty() && !IsIpAddress(host)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--listen_host=", host,
                     " is no IP address; use for example 127.0.0.1, or 0.0.0.0 "
                     "for every interface"));
  }
  if (!host.empty()) config.set_listen_host(host);
  return absl::OkStatus();
}

}  // namespace

std::vector<absl::string_view> ServeFlags() {
  return {"config", "log", "mode", "listen_host"};
}

int RunServe(const std::vector<std::string>&) {
  const absl::StatusOr<Verbosity> verbosity =
      ParseVerbosity(absl::GetFlag(FLAGS_log));
  if (!verbosity.ok()) return Fail(kExitBadUsage, verbosity.status());
  const std::string path = absl::GetFlag(FLAGS_config);
  if (path.empty()) {
    return Fail(kExitBadUsage,
                "--config is missing; write --config=DIR/node-1.textproto "
                "(`distdb init` makes one)");
  }
  absl::StatusOr<NodeConfig> config = LoadNodeConfig(ResolvePath(path));
  if (!config.ok()) return Fail(kExitBadUsage, config.status());
  absl::Status overridden = Override(*config);
  if (!overridden.ok()) return Fail(kExitBadUsage, overridden);
  const absl::StatusOr<std::unique_ptr<Node>> node =
      Node::Create(*config, *verbosity);
  if (!node.ok()) return Fail(kExitBadUsage, node.status());
  return (*node)->Run().ok() ? kExitDone : kExitFailed;
}

}  // namespace distdb
