// Workers: runs many seeds in child processes, one per job.
//
// Seeds are dealt out in turn: job j of J runs first_seed + j, + J, + 2J, …; no
// seed knows of another, so what is reported does not depend on J. A seed that
// kills its process is reported as Crash, one that takes longer than
// `kSeedSecondsMax` of real time as Hang, and its worker starts again with the
// next seed. Children never outlive this process.

#ifndef DISTDB_SIM_WORKERS_H_
#define DISTDB_SIM_WORKERS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/seed_report.h"

namespace distdb::sim {

// The real time that one seed may take, for seeds that never come back at all.
// (Loops of the world itself end by Plan::events_max.)
inline constexpr unsigned kSeedSecondsMax = 120;

class Workers {
 public:
  using RunOne = std::function<SeedReport(uint64_t seed)>;

  // Seeds first_seed … first_seed + seeds − 1, in `jobs` processes.
  Workers(uint64_t first_seed, uint64_t seeds, int jobs, RunOne run_one);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  bool done() const;

  // Waits up to `milliseconds` for reports and appends them. A signal ends the
  // wait early.
  void Collect(int milliseconds, std::vector<SeedReport>& reports);

  // All seeds below this have been reported.
  uint64_t Frontier() const;

 private:
  struct Worker {
    int pid = -1;
    int pipe = -1;
    uint64_t next_seed = 0;  // The one that it is running.
  };

  void Start(size_t index);
  void Serve(size_t index, int pipe);
  // Reads what there is; false when the worker has ended.
  bool Read(Worker& worker, std::vector<SeedReport>& reports);
  // It is gone: what did it die of?
  void Bury(size_t index, std::vector<SeedReport>& reports);

  const uint64_t first_seed_;
  const uint64_t seeds_;
  const RunOne run_one_;
  std::vector<Worker> workers_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_WORKERS_H_
