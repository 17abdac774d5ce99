#include "node/init_command.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "node/child_process.h"
#include "node/cluster_files.h"
#include "node/cluster_flags.h"
#include "node/command_line.h"
#include "node/exit.h"

namespace distdb {
namespace {

// How the person who reads this runs this program.
std::string HowToRun() {
  return std::getenv("BUILD_WORKING_DIRECTORY") == nullptr
             ? OwnPath()
             : "./bazelw run //node:distdb --";
}

}  // namespace

int RunInit(const std::vector<std::string>&) {
  const absl::StatusOr<ClusterFlags> flags = ReadClusterFlags();
  if (!flags.ok()) return Fail(kExitBadUsage, flags.status());
  const std::string typed_dir = absl::GetFlag(FLAGS_dir);
  if (typed_dir.empty()) {
    return Fail(kExitBadUsage, "--dir is missing; write --dir=DIR");
  }
  const bool is_found = flags->base_port == 0;
  const absl::StatusOr<ClusterPlan> plan = DrawPlan(
      flags->mode,
      is_found ? std::vector<NodePorts>(static_cast<size_t>(flags->nodes))
               : ConsecutivePorts(flags->nodes, flags->base_port));
  if (!plan.ok()) return Fail(kExitFailed, plan.status());
  const std::string dir = ResolvePath(typed_dir);
  absl::Status written = WriteClusterFiles(*plan, dir);
  if (!written.ok()) return Fail(kExitBadUsage, written);
  std::fprintf(stderr,
               "Each node knows the others by their keys; its own is in "
               "%s/node-N/key.pem, for its eyes alone.\n"
               "Start each of these in a terminal of its own:\n",
               dir.c_str());
  for (int id = 1; id <= flags->nodes; ++id) {
    std::printf("%s serve --config=%s%s\n", HowToRun().c_str(),
                ConfigPath(dir, static_cast<uint32_t>(id)).c_str(),
                is_found ? " --discover=multicast" : "");
  }
  return kExitDone;
}

}  // namespace distdb
