#include "node/demo/demo_command.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "net/socket.h"
#include "node/cluster_flags.h"
#include "node/command_line.h"
#include "node/config.pb.h"
#include "node/demo/interrupt_guard.h"
#include "node/demo/local_cluster.h"
#include "node/demo/shell.h"
#include "node/demo/tour.h"
#include "node/exit.h"
#include "node/log_flags.h"
#include "node/narrator.h"

namespace distdb {
namespace {

// For people: standard output is for results.
void Notice(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
}

void Introduce(const LocalCluster& cluster) {
  for (int id = 1; id <= cluster.nodes(); ++id) {
    const Endpoint& endpoint = cluster.endpoint(id);
    Notice(absl::StrCat("  node ", id, "  ", ToString(endpoint),
                        "  redis-cli -p ", endpoint.port));
  }
}

// Reads commands from standard input until its end or `quit`.
class Session {
 public:
  explicit Session(LocalCluster* cluster)
      : shell_(cluster), terminal_(isatty(STDIN_FILENO) == 1) {}

  bool terminal() const { return terminal_; }
  // Whether there was any command.
  bool used() const { return used_; }
  int exit_code() const { return terminal_ ? kExitDone : exit_code_; }

  void Run() {
    int number = 0;
    std::string line;
    while (Prompt() && std::getline(std::cin, line)) {
      ++number;
      if (absl::StripAsciiWhitespace(line).empty()) continue;
      used_ = true;
      const Shell::Outcome outcome = shell_.Run(line);
      std::fputs(outcome.text.c_str(), stdout);
      std::fflush(stdout);
      if (!outcome.status.ok()) Report(number, outcome.status);
      // Without a reader there is nothing to go on for; main says so.
      if (outcome.quit || std::ferror(stdout) != 0) return;
    }
    if (terminal_) Notice("");  // Ctrl-D leaves the cursor behind the prompt.
  }

 private:
  bool Prompt() const {
    if (terminal_) std::fputs("distdb> ", stderr);
    return true;
  }

  void Report(int number, const absl::Status& status) {
    // A person has seen the (nil).
    if (terminal_ && absl::IsNotFound(status)) return;
    const int code =
        absl::IsInvalidArgument(status) ? kExitBadUsage : kExitFailed;
    exit_code_ = std::max(exit_code_, code);
    Fail(code, terminal_
                   ? std::string(status.message())
                   : absl::StrCat("line ", number, ": ", status.message()));
  }

  Shell shell_;
  bool terminal_;
  bool used_ = false;
  int exit_code_ = kExitDone;
};

int RunCluster(LocalCluster& cluster) {
  Notice(absl::StrCat(
      cluster.existing() ? "Starting again the " : "Starting ", cluster.nodes(),
      " nodes (", absl::AsciiStrToLower(ReplicationMode_Name(cluster.mode())),
      cluster.existing() ? ") that are in " : ") with their files in ",
      cluster.dir(), " …"));
  absl::Status started = cluster.StartAll();
  if (!started.ok()) return Fail(kExitFailed, started);
  Introduce(cluster);
  Session session(&cluster);
  if (session.terminal()) Notice("All are connected. `help` lists commands.");
  session.Run();
  if (session.used() || session.terminal()) return session.exit_code();
  return RunTour(cluster) ? kExitDone : kExitFailed;
}

}  // namespace

int RunDemo(const std::vector<std::string>&) {
  const absl::StatusOr<ClusterFlags> flags = ReadClusterFlags();
  if (!flags.ok()) return Fail(kExitBadUsage, flags.status());
  LocalClusterOptions options;
  options.log = absl::GetFlag(FLAGS_log);
  const absl::StatusOr<NarratorOptions> log = ReadLogFlags();
  if (!log.ok()) return Fail(kExitBadUsage, log.status());
  options.insecure = absl::GetFlag(FLAGS_insecure);
  options.nodes = flags->nodes;
  options.mode = flags->mode;
  options.base_port = flags->base_port;
  options.dir = ResolvePath(absl::GetFlag(FLAGS_dir));
  // Who stops reading what this prints must not end it before it has cleaned
  // up.
  signal(SIGPIPE, SIG_IGN);
  InterruptGuard guard;
  const absl::StatusOr<std::unique_ptr<LocalCluster>> cluster =
      LocalCluster::Create(options);
  if (!cluster.ok()) return Fail(kExitBadUsage, cluster.status());
  guard.Watch([&] { (*cluster)->Abandon(); });
  const int code = RunCluster(**cluster);
  guard.Rest();
  return code;
}

}  // namespace distdb
