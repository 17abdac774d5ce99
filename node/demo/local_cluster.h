// LocalCluster: a cluster of real `distdb serve` processes on this machine.
//
// The processes are this program again and end with it, however it ends. What
// they tell goes to DIR/node-N.log.
//
// Every wait is for a condition, asked again and again, with a deadline.
//
// Not thread-safe, except Abandon.

#ifndef DISTDB_NODE_DEMO_LOCAL_CLUSTER_H_
#define DISTDB_NODE_DEMO_LOCAL_CLUSTER_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/socket.h"
#include "node/child_process.h"
#include "node/cluster_files.h"
#include "node/config.pb.h"
#include "node/database_client.h"
#include "node/port_reservation.h"

namespace distdb {

struct LocalClusterOptions {
  int nodes = 4;
  ReplicationMode mode = BRACHA;
  uint16_t base_port = 0;  // 0: ports that the system chooses.
  // Empty: a temporary one, removed at the end. Where there is a cluster
  // already, that one is started, and what is above is not used.
  std::string dir;
  std::string log = "info";  // What each node tells: `serve --log`.
  bool insecure = false;     // Links in the clear: `serve --insecure`.
  std::string program;       // The binary; empty: the one that runs now.
};

class LocalCluster {
 public:
  // Reserves the ports and writes the files. AlreadyExists when a port is in
  // use, with --base_port as the mend.
  static absl::StatusOr<std::unique_ptr<LocalCluster>> Create(
      const LocalClusterOptions& options);
  // Ends all processes, and removes a temporary directory.
  ~LocalCluster();

  int nodes() const { return static_cast<int>(endpoints_.size()); }
  ReplicationMode mode() const { return mode_; }
  const std::string& dir() const { return dir_; }
  // The directory had a cluster, and that is this one.
  bool existing() const { return existing_; }
  // Where clients reach node `id`. Ids count from 1, here and below.
  const Endpoint& endpoint(int id) const { return endpoints_[id - 1]; }

  bool IsRunning(int id);
  // Of one that was started and not killed; it may have ended. Else 0.
  pid_t Pid(int id);
  // The running ones, ascending.
  std::vector<int> Running();

  // Starts all, or one, and returns when the running nodes are connected to
  // each other and those started have what the others have delivered.
  absl::Status StartAll();
  absl::Status Start(int id);

  // Ends a node like a crash does (SIGKILL), and returns when the others have
  // noticed.
  absl::Status Kill(int id);

  // Nothing happens when it is not running.
  void Signal(int id, int signal);

  absl::StatusOr<DatabaseClient> Connect(int id);

  // What the destructor does, for a process that is about to end, whatever its
  // other threads are doing: one that uses the cluster now or later waits for
  // ever, so that it neither starts a node again nor tells an error that is
  // none. Nor may the destructor run afterwards.
  void Abandon();

 private:
  LocalCluster(std::string dir, bool temporary,
               const LocalClusterOptions& options);

  // Requires children_mutex_.
  void EndAll();
  absl::Status PlanNew(const LocalClusterOptions& options);
  absl::Status UseExisting();
  absl::Status Launch(int id);
  absl::Status CheckLaunched(int id);
  // Waits until `holds` says true, or fails with `what` in the error.
  absl::Status WaitUntil(const std::string& what,
                         const std::function<bool()>& holds);
  // Whether each running node sees exactly the running nodes up.
  bool SeeEachOther();
  // What node `id` has delivered, by its own word; nothing if it does not say.
  std::optional<std::vector<uint64_t>> Delivered(int id);
  absl::Status WaitUntilCaughtUp(int id);

  std::string dir_;
  bool temporary_;
  bool existing_ = false;
  std::string program_;
  std::string log_;
  bool insecure_;
  ReplicationMode mode_ = BRACHA;
  std::vector<Endpoint> endpoints_;
  std::vector<PortReservation> reservations_;
  std::mutex children_mutex_;
  std::vector<std::optional<ChildProcess>> children_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_DEMO_LOCAL_CLUSTER_H_
