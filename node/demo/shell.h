// Shell: the demo's commands, one line each.
//
//   put KEY VALUE   get KEY   delete KEY   list [PREFIX]
//   nodes           status    kill N       restart N       help   quit
//
// Writes go to the first running node, reads to the running nodes in turn. A
// read waits for the writes made before it: the shell remembers the latest
// token of each node and hands it over.
//
// Not thread-safe.

#ifndef DISTDB_NODE_DEMO_SHELL_H_
#define DISTDB_NODE_DEMO_SHELL_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "node/database_client.h"
#include "node/demo/local_cluster.h"

namespace distdb {

class Shell {
 public:
  struct Outcome {
    // InvalidArgument when the line is no command; any other error when it
    // failed.
    absl::Status status;
    // What it says; each line ended by '\n'.
    std::string text;
    bool quit = false;
  };

  // `cluster` outlives the shell.
  explicit Shell(LocalCluster* cluster) : cluster_(cluster) {}

  // Runs one line. An empty line, or one that begins with '#', does nothing.
  Outcome Run(absl::string_view line);

  // The same at a chosen node, for the tour.
  Outcome PutAt(int id, const std::string& key, const std::string& value);
  Outcome GetAt(int id, const std::string& key);

 private:
  using Words = std::vector<std::string>;

  Outcome Put(const Words& words);
  Outcome Get(const Words& words);
  Outcome Delete(const Words& words);
  Outcome List(const Words& words);
  Outcome Nodes(const Words& words);
  Outcome Status(const Words& words);
  Outcome Kill(const Words& words);
  Outcome Restart(const Words& words);
  Outcome Help(const Words& words);
  Outcome Quit(const Words& words);

  struct Entry {
    absl::string_view name;
    absl::string_view arguments;
    absl::string_view summary;
    size_t arguments_min;
    size_t arguments_max;
    Outcome (Shell::*run)(const Words& words);
  };
  static const std::vector<Entry>& Entries();

  absl::StatusOr<int> NextReader();
  absl::StatusOr<DatabaseClient> ConnectToRead();
  // Waits until the node that `client` asks has all writes made before.
  absl::Status AwaitWrites(DatabaseClient& client);
  absl::Status NobodyRuns() const;
  void Remember(const std::string& token);
  absl::StatusOr<int> ParseNode(const std::string& word) const;

  LocalCluster* cluster_;
  size_t reads_ = 0;
  std::map<std::string, std::string> tokens_;  // The latest, by its node.
};

}  // namespace distdb

#endif  // DISTDB_NODE_DEMO_SHELL_H_
