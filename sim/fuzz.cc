#include "sim/fuzz.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/interrupt.h"
#include "sim/report/report.h"
#include "sim/run.h"
#include "sim/trace/trace_writer.h"
#include "sim/trace/write_trace.h"
#include "sim/workers.h"
#include "sim/write_file.h"

namespace distdb::sim {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Whether traces go to standard output, and all else to standard error.
bool Streams(const Flags& flags) { return flags.traces == kTraceStream; }

// Whether nobody reads standard output any more.
bool IsOutputClosed() {
  pollfd output = {.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
}

RunResult RunTraced(uint64_t seed, const Flags& flags) {
  const Plan plan = PlanOfSeed(seed, flags.shape);
  if (!CanTrace(plan)) return RunSeed(seed, flags.shape);
  TraceWriter trace(plan, absl::StrCat("seed ", seed));
  Observer* const watching[] = {&trace};
  const RunResult result = RunSeed(seed, flags.shape, watching);
  const absl::Status written = WriteTrace(
      trace.Text(),
      Streams(flags) ? std::string(kTraceStream)
                     : absl::StrCat(flags.traces, "/seed-", seed, ".ndjson"));
  if (!written.ok()) {
    // Ends the worker, and so makes the seed a failed one.
    std::fprintf(stderr, "sim: %s\n", std::string(written.message()).c_str());
    _exit(2);
  }
  return result;
}

SeedReport RunOne(uint64_t seed, const Flags& flags) {
  const RunResult result = flags.traces.empty() ? RunSeed(seed, flags.shape)
                                                : RunTraced(seed, flags);
  SeedReport report;
  report.seed = seed;
  report.events = result.events;
  report.mode = result.mode;
  report.nodes = static_cast<uint8_t>(result.nodes);
  report.faults = result.faults;
  report.excused = result.excused;
  report.failed = result.violation.has_value();
  if (report.failed) report.property = result.violation->property;
  return report;
}

// Adds up reports and prints what is to be said of them.
class Tally {
 public:
  Tally(const Flags& flags, int jobs, std::FILE* results) : results_(results) {
    report_.shape = ShapeFlags(flags.shape);
    report_.first_seed = flags.first_seed;
    report_.jobs = jobs;
  }

  void Add(const SeedReport& report) {
    report_.Add(report);
    if (report.failed) failures_[report.seed] = report.property;
  }

  // Failures of seeds below `frontier`: none comes before them any more.
  void PrintFailures(uint64_t frontier) {
    while (!failures_.empty() && failures_.begin()->first < frontier) {
      const auto& [seed, property] = *failures_.begin();
      std::fprintf(results_,
                   "FAIL seed=%" PRIu64
                   " property=%s replay: ./bazelw run //sim -- replay "
                   "--seed=%" PRIu64 "%s\n",
                   seed, std::string(PropertyName(property)).c_str(), seed,
                   report_.shape.c_str());
      failures_.erase(failures_.begin());
    }
    std::fflush(results_);
  }

  void PrintFaults() const {
    std::fprintf(results_, "%-20s %14s %16s\n", "fault", "struck",
                 "in % of seeds");
    for (size_t i = 0; i < kFaultNames; ++i) {
      const auto name = static_cast<FaultName>(i);
      std::fprintf(results_, "%-20s %14" PRIu64 " %16.1f\n",
                   std::string(FaultNameText(name)).c_str(),
                   report_.faults[name], Percent(report_.seeds_with[i]));
    }
  }

  void PrintExcused() const {
    std::fprintf(results_,
                 "excused: in %" PRIu64
                 " seeds (%.2f%%) a write was refused for good, as a member "
                 "outside of the core tells no watermark\n",
                 report_.excused, Percent(report_.excused));
  }

  void PrintSummary() const {
    std::fprintf(results_,
                 "seeds=%" PRIu64 " failed=%" PRIu64 " events=%" PRIu64
                 " events_per_second=%" PRIu64 "\n",
                 seeds(), failed(), report_.all.events,
                 report_.PerSecond(report_.all.events));
  }

  std::string Progress(double seconds) const {
    return absl::StrFormat("%d seeds, %d failed, %d seeds/s, %d events/s",
                           seeds(), failed(),
                           FuzzReport::Rate(seeds(), seconds),
                           FuzzReport::Rate(report_.all.events, seconds));
  }

  // No seed is added any more.
  void Finish(double seconds, bool complete) {
    report_.seconds = seconds;
    report_.complete = complete;
  }

  const FuzzReport& report() const { return report_; }
  uint64_t seeds() const { return report_.all.seeds; }
  uint64_t failed() const { return report_.all.failed; }

 private:
  double Percent(uint64_t count) const {
    return 100.0 * static_cast<double>(count) /
           static_cast<double>(std::max<uint64_t>(seeds(), 1));
  }

  std::FILE* const results_;
  FuzzReport report_;
  std::map<uint64_t, Property> failures_;  // To be printed.
};

// A line that is written over on a terminal, and one now and then elsewhere.
class ProgressLine {
 public:
  explicit ProgressLine(Clock::time_point start)
      : start_(start), is_terminal_(isatty(STDERR_FILENO) == 1) {}

  void Show(const Tally& tally, uint64_t seeds) {
    const double now = SecondsSince(start_);
    if (now < next_) return;
    next_ = now + (is_terminal_ ? 0.2 : 10.0);
    if (now < 1.0 && !is_terminal_) return;
    std::string left;
    if (seeds > 0 && tally.seeds() > 0) {
      const double share =
          static_cast<double>(tally.seeds()) / static_cast<double>(seeds);
      left = absl::StrFormat(", %.0f s left", now / share - now);
    }
    std::fprintf(stderr, is_terminal_ ? "\r%s%s  " : "%s%s\n",
                 tally.Progress(now).c_str(), left.c_str());
  }

  void Clear() {
    if (is_terminal_) std::fprintf(stderr, "\r%70s\r", "");
  }

 private:
  const Clock::time_point start_;
  const bool is_terminal_;
  double next_ = 0;
};

// Makes the folder for traces, or says why there is none.
bool MakeFolder(const std::string& path) {
  struct stat found = {};
  if (mkdir(path.c_str(), 0777) == 0) return true;
  int error = errno;
  if (error == EEXIST && stat(path.c_str(), &found) == 0) {
    if (S_ISDIR(found.st_mode)) return true;
    error = ENOTDIR;
  }
  std::fprintf(stderr, "sim: --traces=%s: cannot be made: %s\n", path.c_str(),
               std::strerror(error));
  return false;
}

// Writes the report if one is asked for, or says why it cannot.
bool WriteReport(absl::string_view page, const Flags& flags) {
  if (flags.report.empty()) return true;
  const absl::Status written = WriteFile(page, flags.report);
  if (written.ok()) return true;
  std::fprintf(stderr, "sim: --report: %s\n",
               std::string(written.message()).c_str());
  return false;
}

}  // namespace

int Fuzz(const Flags& flags) {
  if (!flags.traces.empty() && !Streams(flags) && !MakeFolder(flags.traces)) {
    return 2;
  }
  // That it cannot be written is known before hours have passed.
  if (!WriteReport("", flags)) return 2;
  // Without --seeds the time alone ends it.
  constexpr uint64_t kEndless = uint64_t{1} << 48;
  const int processors =
      std::max(static_cast<int>(std::thread::hardware_concurrency()), 1);
  const Clock::time_point start = Clock::now();
  const double seconds_max =
      static_cast<double>(flags.time.value_or(0)) / kSecond;
  CatchInterrupts();
  const int jobs = Streams(flags) ? 1 : flags.jobs.value_or(processors);
  Tally tally(flags, jobs, Streams(flags) ? stderr : stdout);
  ProgressLine progress(start);
  {
    Workers workers(flags.first_seed, flags.seeds.value_or(kEndless), jobs,
                    [&flags](uint64_t seed) { return RunOne(seed, flags); });
    std::vector<SeedReport> reports;
    while (!workers.done() && !IsInterrupted()) {
      if (flags.time.has_value() && SecondsSince(start) >= seconds_max) break;
      if (Streams(flags) && IsOutputClosed()) break;
      reports.clear();
      workers.Collect(/*milliseconds=*/100, reports);
      for (const SeedReport& report : reports) tally.Add(report);
      progress.Show(tally, flags.seeds.value_or(0));
      tally.PrintFailures(workers.Frontier());
    }
    tally.Finish(SecondsSince(start), workers.done());
  }
  progress.Clear();
  tally.PrintFailures(~uint64_t{0});
  tally.PrintFaults();
  tally.PrintExcused();
  tally.PrintSummary();
  if (!WriteReport(ReportPage(tally.report()), flags)) return 2;
  return tally.failed() > 0 ? 1 : 0;
}

}  // namespace distdb::sim
