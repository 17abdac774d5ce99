#include "sim/workers.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "core/check.h"

namespace distdb::sim {

Workers::Workers(uint64_t first_seed, uint64_t seeds, int jobs, RunOne run_one)
    : first_seed_(first_seed), seeds_(seeds), run_one_(std::move(run_one)) {
  const uint64_t count = std::min<uint64_t>(static_cast<uint64_t>(jobs), seeds);
  workers_.resize(count);
  for (size_t i = 0; i < workers_.size(); ++i) {
    workers_[i].next_seed = first_seed + i;
    Start(i);
  }
}

Workers::~Workers() {
  for (const Worker& worker : workers_) {
    if (worker.pid < 0) continue;
    kill(worker.pid, SIGKILL);
    close(worker.pipe);
    waitpid(worker.pid, nullptr, 0);
  }
}

bool Workers::done() const {
  return std::all_of(workers_.begin(), workers_.end(),
                     [](const Worker& worker) { return worker.pid < 0; });
}

uint64_t Workers::Frontier() const {
  uint64_t frontier = first_seed_ + seeds_;
  for (const Worker& worker : workers_) {
    frontier = std::min(frontier, worker.next_seed);
  }
  return frontier;
}

void Workers::Start(size_t index) {
  Worker& worker = workers_[index];
  int ends[2] = {-1, -1};
  DISTDB_CHECK(pipe(ends) == 0, "a pipe for each worker");
  std::fflush(nullptr);  // The child must not print it again.
  const pid_t parent = getpid();
  const pid_t pid = fork();
  DISTDB_CHECK(pid >= 0, "a process for each worker");
  if (pid == 0) {
    close(ends[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    signal(SIGINT, SIG_IGN);  // The parent decides.
    signal(SIGTERM, SIG_IGN);
    Serve(index, ends[1]);
    _exit(0);
  }
  close(ends[1]);
  worker.pid = pid;
  worker.pipe = ends[0];
}

void Workers::Serve(size_t index, int pipe) {
  const uint64_t end = first_seed_ + seeds_;
  for (uint64_t seed = workers_[index].next_seed; seed < end;
       seed += workers_.size()) {
    alarm(kSeedSecondsMax);
    const SeedReport report = run_one_(seed);
    // Smaller than PIPE_BUF, so it is written whole or not at all.
    if (write(pipe, &report, sizeof(report)) != sizeof(report)) _exit(1);
  }
}

void Workers::Collect(int milliseconds, std::vector<SeedReport>& reports) {
  std::vector<pollfd> polled;
  std::vector<size_t> indices;
  for (size_t i = 0; i < workers_.size(); ++i) {
    if (workers_[i].pid < 0) continue;
    polled.push_back({.fd = workers_[i].pipe, .events = POLLIN, .revents = 0});
    indices.push_back(i);
  }
  if (poll(polled.data(), polled.size(), milliseconds) <= 0) return;
  for (size_t i = 0; i < polled.size(); ++i) {
    if (polled[i].revents == 0) continue;
    if (!Read(workers_[indices[i]], reports)) Bury(indices[i], reports);
  }
}

bool Workers::Read(Worker& worker, std::vector<SeedReport>& reports) {
  SeedReport batch[64];
  const ssize_t bytes = read(worker.pipe, batch, sizeof(batch));
  if (bytes < 0) return errno == EINTR;
  if (bytes == 0) return false;
  const size_t count = static_cast<size_t>(bytes) / sizeof(SeedReport);
  DISTDB_CHECK(count * sizeof(SeedReport) == static_cast<size_t>(bytes),
               "reports are read whole");
  for (size_t i = 0; i < count; ++i) {
    worker.next_seed = batch[i].seed + workers_.size();
    reports.push_back(batch[i]);
  }
  return true;
}

void Workers::Bury(size_t index, std::vector<SeedReport>& reports) {
  Worker& worker = workers_[index];
  int status = 0;
  waitpid(worker.pid, &status, 0);
  close(worker.pipe);
  worker.pid = -1;
  if (worker.next_seed >= first_seed_ + seeds_) return;
  const bool timed_out = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
  reports.push_back({.seed = worker.next_seed,
                     .events = 0,
                     .failed = true,
                     .property = timed_out ? Property::kHang : Property::kCrash,
                     .faults = {}});
  worker.next_seed += workers_.size();
  if (worker.next_seed < first_seed_ + seeds_) Start(index);
}

}  // namespace distdb::sim
