#include "sim/workers.h"

#include <signal.h>

#include <map>
#include <vector>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

// Seed -> its report, once all workers are done.
std::map<uint64_t, SeedReport> RunAll(uint64_t first, uint64_t seeds, int jobs,
                                      const Workers::RunOne& run_one) {
  Workers workers(first, seeds, jobs, run_one);
  std::vector<SeedReport> reports;
  while (!workers.done()) workers.Collect(1000, reports);
  EXPECT_EQ(workers.Frontier(), first + seeds);
  std::map<uint64_t, SeedReport> by_seed;
  for (const SeedReport& report : reports) {
    EXPECT_TRUE(by_seed.emplace(report.seed, report).second);
  }
  return by_seed;
}

SeedReport Report(uint64_t seed) {
  SeedReport report;
  report.seed = seed;
  report.events = seed * 10;
  return report;
}

TEST(WorkersTest, RunsEverySeedOnceWhateverTheNumberOfJobs) {
  for (const int jobs : {1, 2, 3, 7}) {
    const auto reports = RunAll(5, 20, jobs, Report);
    ASSERT_EQ(reports.size(), 20u);
    for (const auto& [seed, report] : reports) {
      EXPECT_GE(seed, 5u);
      EXPECT_EQ(report.events, seed * 10);
      EXPECT_FALSE(report.failed);
    }
  }
}

TEST(WorkersTest, ASeedThatKillsItsProcessIsACrashAndTheOthersGoOn) {
  for (const int jobs : {1, 2}) {
    const auto reports = RunAll(1, 9, jobs, [](uint64_t seed) {
      if (seed == 4 || seed == 9) raise(SIGKILL);
      return Report(seed);
    });
    ASSERT_EQ(reports.size(), 9u);
    for (const auto& [seed, report] : reports) {
      EXPECT_EQ(report.failed, seed == 4 || seed == 9);
    }
    EXPECT_EQ(reports.at(4).property, Property::kCrash);
  }
}

TEST(WorkersTest, ASeedThatNeverEndsIsAHang) {
  const auto reports = RunAll(1, 3, 1, [](uint64_t seed) {
    if (seed == 2) raise(SIGALRM);  // As its alarm would, minutes later.
    return Report(seed);
  });
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_TRUE(reports.at(2).failed);
  EXPECT_EQ(reports.at(2).property, Property::kHang);
  EXPECT_FALSE(reports.at(3).failed);
}

}  // namespace
}  // namespace distdb::sim
