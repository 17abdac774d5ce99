// How long a node takes from its start until it serves what its log holds, a
// million keys of 16 bytes with values of 256, after it was ended in order, and
// after it was killed.
//
//   ./bazelw run //node:restart_benchmark

#include <signal.h>
#include <time.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "benchmark/benchmark.h"
#include "core/check.h"
#include "core/command.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "node/database_client.h"
#include "node/testing/test_cluster.h"

namespace distdb {
namespace {

constexpr int kKeys = 1'000'000;
constexpr int kKeysPerWrite = 1000;

void Fill(TestCluster& cluster) {
  absl::StatusOr<DatabaseClient> client = cluster->Connect(1);
  DISTDB_CHECK(client.ok(), "the node serves");
  for (int key = 0; key < kKeys;) {
    std::vector<Mutation> puts;
    for (int i = 0; i < kKeysPerWrite; ++i, ++key) {
      puts.push_back({MutationKind::kPut, absl::StrFormat("key:%012d", key),
                      std::string(256, 'v')});
    }
    DISTDB_CHECK(client->Write(std::move(puts)).ok(), "the node takes writes");
  }
}

// Of the node, since it was started: on a busy machine this tells more.
double CpuSeconds(TestCluster& cluster) {
  clockid_t clock;
  timespec time;
  DISTDB_CHECK(clock_getcpuclockid(cluster->Pid(1), &clock) == 0 &&
                   clock_gettime(clock, &time) == 0,
               "the node runs");
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) / kSecond;
}

void Restart(benchmark::State& state) {
  const int signal = static_cast<int>(state.range(0));
  TestCluster cluster(1);
  Fill(cluster);
  double cpu_seconds = 0;
  for (auto _ : state) {
    cluster.EndAll(signal);
    const Time begin = EventLoop::ReadClock();
    cluster.Start(1);
    state.SetIterationTime(static_cast<double>(EventLoop::ReadClock() - begin) /
                           kSecond);
    cpu_seconds += CpuSeconds(cluster);
    DISTDB_CHECK(cluster.Counter(1, "keys") == kKeys, "nothing is lost");
  }
  state.counters["node_cpu_seconds"] =
      benchmark::Counter(cpu_seconds, benchmark::Counter::kAvgIterations);
  state.counters["log_bytes"] = static_cast<double>(cluster.LogBytes(1));
}
BENCHMARK(Restart)
    ->ArgName("signal")
    ->Arg(SIGTERM)
    ->Arg(SIGKILL)
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace distdb
