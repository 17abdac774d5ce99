// Workload: for tests, clients that write all the time, whatever becomes of the
// nodes, and remember what they were promised.
//
//   Workload load({endpoint, …}, /*writers=*/4);
//   EXPECT_TRUE(load.AwaitAnswered(100));  // so many writes more
//   … kill nodes, stop them, start them again …
//   load.Stop();
//   ExpectAllHold(cluster, load.answered());
//
// Every key is written once, with a value that follows from it, so that
// whatever a node says can be judged alone: no other value is right, and a key
// that no client chose is wrong. A write that fails may take effect or not. The
// clients are threads, one connection each, which changes to the next node when
// it breaks; they start no processes.

#ifndef DISTDB_NODE_TESTING_WORKLOAD_H_
#define DISTDB_NODE_TESTING_WORKLOAD_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/socket.h"
#include "node/demo/local_cluster.h"

namespace distdb {

class Workload {
 public:
  Workload(std::vector<Endpoint> nodes, int writers);
  ~Workload() { Stop(); }

  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  // Waits until `writes` more than now are answered OK; false after
  // kTestPatience.
  bool AwaitAnswered(uint64_t writes) const;

  // Ends the clients. Nothing is written any more, but what failed may still
  // take effect.
  void Stop();

  // The keys whose writes were answered OK. Requires that it has stopped.
  std::vector<std::string> answered() const;
  uint64_t failed() const { return failed_; }

  // What is written to a key.
  static std::string ValueOf(const std::string& key);

 private:
  void Write(int writer);

  const std::vector<Endpoint> nodes_;
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> answered_count_{0};
  std::atomic<uint64_t> failed_{0};
  std::vector<std::vector<std::string>> answered_;  // By writer.
  std::vector<std::thread> threads_;
};

// A workload on all nodes.
std::unique_ptr<Workload> StartWorkload(const LocalCluster& cluster,
                                        int writers);

// Everything that node `id` holds. Fails the test, and is empty, when it does
// not say.
std::map<std::string, std::string> Contents(LocalCluster& cluster, int id);

// Waits until all nodes, which must run, hold the same, and fails the test
// unless that is every one of `keys`, and nothing that no Workload has written.
void ExpectAllHold(LocalCluster& cluster, const std::vector<std::string>& keys);

// Fails the test where a value is not what a Workload writes.
void ExpectValuesAreRight(const std::map<std::string, std::string>& contents);

}  // namespace distdb

#endif  // DISTDB_NODE_TESTING_WORKLOAD_H_
