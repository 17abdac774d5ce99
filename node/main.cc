// distdb: the node and everything one does with it, as one program.

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "node/backup/backup_command.h"
#include "node/client_commands.h"
#include "node/command_line.h"
#include "node/demo/demo_command.h"
#include "node/exit.h"
#include "node/init_command.h"
#include "node/key_command.h"
#include "node/serve_command.h"

namespace distdb {
namespace {

std::vector<Subcommand> Subcommands() {
  return {
      {"demo",
       "",
       "Starts a cluster of real nodes on this machine and a prompt.",
       {"nodes", "mode", "base_port", "dir", "log", "insecure"},
       0,
       0,
       RunDemo,
       "distdb demo                 a prompt; `help` there lists commands\n"
       "  printf 'put name alice\\nkill 4\\nget name\\n' | distdb demo\n"
       "  distdb demo </dev/null      a tour of its own"},
      {"init",
       "",
       "Writes the configurations and draws the keys of a new cluster.",
       {"nodes", "mode", "base_port", "dir"},
       0,
       0,
       RunInit,
       "distdb init --nodes=4 --dir=/tmp/cluster"},
      {"key",
       "FILE",
       "Prints the public key of a private key; draws one where there is none.",
       {},
       1,
       1,
       RunKey,
       "distdb key /tmp/cluster/node-1/key.pem"},
      {"serve", "", "Runs one node until SIGTERM or Ctrl-C.", ServeFlags(), 0,
       0, RunServe,
       "distdb serve --config=/tmp/cluster/node-1.textproto\n"
       "  distdb serve --config=… --discover=multicast    finds its peers\n"
       "  distdb serve --config=… --join=10.0.0.1:7101    asks that one\n"
       "  distdb serve --config=… --request_timeout=250ms "
       "--peer_queue_max=64MiB\n"
       "  DISTDB_LOG=debug distdb serve --config=… --log_phases=echo,ready\n"
       "  kill PID                    answers what is in flight, and ends\n"
       "  kill -HUP PID               reads the keys again, drops no link"},
      {"put", "KEY VALUE", "Writes, and prints the write's token.",
       ClientFlags(), 2, 2, RunPut, "distdb put name alice"},
      {"get", "KEY", "Prints the value, or (nil) with exit code 1.",
       ReadFlags(), 1, 1, RunGet,
       "distdb get name --addr=127.0.0.1:7003 --at_least=1:5"},
      {"delete", "KEY", "Deletes, and prints the write's token.", ClientFlags(),
       1, 1, RunDelete, "distdb delete name"},
      {"list", "[PREFIX]", "Prints KEY<tab>VALUE of each key, in order.",
       ReadFlags(), 0, 1, RunList, "distdb list user/"},
      {"backup", "FILE",
       "Writes all that a running node holds to a new file, and verifies it.",
       ClientFlags(), 1, 1, RunBackup,
       "distdb backup /backups/monday --addr=127.0.0.1:7002"},
      {"restore", "FILE", "Writes what a backup holds to a running cluster.",
       RestoreFlags(), 1, 1, RunRestore,
       "distdb restore /backups/monday\n"
       "  distdb restore /backups/monday --dry_run   verifies the file alone"},
      {"nodes", "", "Prints one line per node, as the asked node sees it.",
       ClientFlags(), 0, 0, RunNodes, "distdb nodes --addr=127.0.0.1:7002"},
      {"status", "", "Says how many more nodes may fail, and counters.",
       ClientFlags(), 0, 0, RunStatus, "distdb status"},
  };
}

int Main(int argc, char** argv) {
  const std::vector<Subcommand> subcommands = Subcommands();
  const std::vector<std::string> words(argv + 1, argv + argc);
  const absl::StatusOr<CommandLine> line = ParseCommandLine(words, subcommands);
  if (!line.ok()) return Fail(kExitBadUsage, line.status());
  if (line->subcommand != nullptr) {
    return line->subcommand->run(line->arguments);
  }
  const std::string text = line->help_about == nullptr
                               ? HelpText(subcommands)
                               : HelpText(*line->help_about);
  std::fputs(text.c_str(), stdout);
  return kExitDone;
}

}  // namespace
}  // namespace distdb

int main(int argc, char** argv) {
  distdb::OpenStandardStreams();
  return distdb::EndOutput(distdb::Main(argc, argv));
}
