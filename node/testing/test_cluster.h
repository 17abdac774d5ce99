// TestCluster: for tests, a cluster of real processes in a folder of its own,
// with what a test does to it beyond what LocalCluster offers. Errors fail the
// test.

#ifndef DISTDB_NODE_TESTING_TEST_CLUSTER_H_
#define DISTDB_NODE_TESTING_TEST_CLUSTER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "node/child_process.h"
#include "node/demo/local_cluster.h"
#include "node/testing/temp_dir.h"

namespace distdb {

class TestCluster {
 public:
  // Starts `nodes`, each with the lines `settings` in its configuration.
  explicit TestCluster(int nodes = 4, const std::string& settings = "");

  LocalCluster& operator*() { return *cluster_; }
  LocalCluster* operator->() { return cluster_.get(); }

  void Kill(int id);
  void Start(int id);
  // All at once: with SIGKILL none has time for anything, with SIGTERM each
  // must end in order.
  void EndAll(int signal);
  void StartAll();

  // Of a node, as given to `serve`; its folder; and what it has told.
  std::string ConfigFlag(int id) const;
  std::string NodeDir(int id) const;
  std::string Told(int id) const;
  // What the files of its log take, and what is kept beside them for the next
  // snapshot.
  uint64_t LogBytes(int id) const;
  uint64_t ReserveBytes(int id) const;

  // The number behind `name: ` in its status; -1 when it does not answer or has
  // none.
  int64_t Counter(int id, const std::string& name);

  // From now on the running node `id` writes no file beyond 8 KiB, as on a full
  // disk, until it is given room again. (What stands before that, like the mark
  // of the log, is written over, as it is on a full disk.)
  void FillDisk(int id);
  void MakeRoom(int id);

 private:
  std::string ReservePath(int id) const;

  TempDir dir_;
  std::unique_ptr<LocalCluster> cluster_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_TESTING_TEST_CLUSTER_H_
