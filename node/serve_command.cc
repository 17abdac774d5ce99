#include "node/serve_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "net/tls/context.h"
#include "node/cluster_flags.h"
#include "node/command_line.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/exit.h"
#include "node/link_keys.h"
#include "node/log_flags.h"
#include "node/narrator.h"
#include "node/node.h"
#include "node/serve_flags.h"

ABSL_FLAG(std::string, config, "", "The node's configuration file.");

namespace distdb {
namespace {

absl::Status WithName(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat(path, ": ", status.message()));
}

// The keys as the files have them now. What else changed in `path` since the
// node `running` began is not taken over.
absl::StatusOr<std::shared_ptr<const TlsContext>> LoadKeys(
    const std::string& path, const NodeConfig& running) {
  const absl::StatusOr<NodeConfig> now = LoadNodeConfig(path);
  if (!now.ok()) return now.status();
  if (now->node_id() != running.node_id() ||
      now->members_size() != running.members_size()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path,
                     " is another node's or another membership's; keys "
                     "alone are read again, restart for the rest"));
  }
  return LoadLinkKeys(*now);
}

// Sets what secures the links, or finds that nothing needs to.
absl::Status Secure(const std::string& path, NodeOptions& options) {
  if (absl::GetFlag(FLAGS_insecure)) {
    const absl::Status loopback = CheckLoopback(options.config);
    return loopback.ok() ? loopback : WithName(path, loopback);
  }
  absl::StatusOr<std::shared_ptr<const TlsContext>> keys =
      LoadLinkKeys(options.config);
  if (!keys.ok()) return WithName(path, keys.status());
  options.keys = *std::move(keys);
  options.load_keys = [path, running = options.config] {
    return LoadKeys(path, running);
  };
  return absl::OkStatus();
}

}  // namespace

std::vector<absl::string_view> ServeFlags() {
  std::vector<absl::string_view> flags = {"config", "log", "log_format",
                                          "log_phases", "insecure"};
  const std::vector<absl::string_view> overriding = OverridingFlags();
  flags.insert(flags.end(), overriding.begin(), overriding.end());
  return flags;
}

int RunServe(const std::vector<std::string>&) {
  const absl::StatusOr<NarratorOptions> log = ReadLogFlags();
  if (!log.ok()) return Fail(kExitBadUsage, log.status());
  const std::string typed = absl::GetFlag(FLAGS_config);
  if (typed.empty()) {
    return Fail(kExitBadUsage,
                "--config is missing; write --config=DIR/node-1.textproto "
                "(`distdb init` makes one)");
  }
  const std::string path = ResolvePath(typed);
  absl::StatusOr<NodeConfig> config = LoadNodeConfig(path);
  if (!config.ok()) return Fail(kExitBadUsage, config.status());
  absl::Status overridden = OverrideFromFlags(*config);
  if (!overridden.ok()) return Fail(kExitBadUsage, overridden);
  NodeOptions options{.config = *std::move(config), .log = *log};
  absl::Status secured = Secure(path, options);
  if (!secured.ok()) return Fail(kExitBadUsage, secured);
  const absl::StatusOr<std::unique_ptr<Node>> node =
      Node::Create(std::move(options));
  if (!node.ok()) return Fail(kExitBadUsage, node.status());
  return (*node)->Run().ok() ? kExitDone : kExitFailed;
}

}  // namespace distdb
