#include "sim/report/report.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

SeedReport Seed(uint64_t seed, bool failed, Mode mode = Mode::kBracha,
                uint8_t nodes = 4) {
  SeedReport report;
  report.seed = seed;
  report.events = 1000;
  report.mode = mode;
  report.nodes = nodes;
  report.failed = failed;
  report.property = Property::kTotality;
  report.faults.Count(FaultName::kLoss);
  if (seed % 2 == 0) report.faults.Count(FaultName::kCrash);
  return report;
}

TEST(ReportTest, CountsByModeSizePropertyAndFault) {
  FuzzReport report;
  report.Add(Seed(1, false));
  report.Add(Seed(2, true, Mode::kBroadcast));
  report.Add(Seed(3, false, Mode::kBracha, 7));
  report.Add(Seed(4, true, Mode::kBracha, 7));
  EXPECT_EQ(report.all.seeds, 4u);
  EXPECT_EQ(report.all.failed, 2u);
  EXPECT_EQ(report.all.events, 4000u);
  EXPECT_EQ(report.modes[Mode::kBracha].seeds, 3u);
  EXPECT_EQ(report.modes[Mode::kBroadcast].failed, 1u);
  EXPECT_EQ(report.sizes[7].seeds, 2u);
  EXPECT_EQ(report.properties[Property::kTotality], 2u);
  EXPECT_EQ(report.faults[FaultName::kLoss], 4u);
  EXPECT_EQ(report.seeds_with[static_cast<size_t>(FaultName::kCrash)], 2u);
}

TEST(ReportTest, AFailureComesWithItsCommands) {
  FuzzReport report = {.shape = " --nodes=4 --mutant=NAME"};
  report.Add(Seed(42, true));
  const std::string page = ReportPage(report);
  for (const char* command : {"replay --seed=42 --nodes=4 --mutant=NAME</code>",
                              "replay --seed=42 --nodes=4 --mutant=NAME "
                              "--html=seed-42.html</code>",
                              "shrink --seed=42 --nodes=4 --mutant=NAME"
                              "</code>"}) {
    EXPECT_TRUE(absl::StrContains(page, command)) << command;
  }
}

TEST(ReportTest, OfManyFailuresTheLowestSeedsAreListed) {
  FuzzReport report;
  for (uint64_t seed = 3000; seed > 0; --seed) report.Add(Seed(seed, true));
  EXPECT_EQ(report.failures.size(), FuzzReport::kFailuresMax);
  EXPECT_EQ(report.failures.begin()->first, 1u);
  EXPECT_EQ(report.all.failed, 3000u);
  EXPECT_TRUE(absl::StrContains(
      ReportPage(report),
      absl::StrCat("… and 2\u202f", 3000 % 1000 + 500, " more")));
}

TEST(ReportTest, NoSeedsAreAPageToo) {
  const std::string page = ReportPage({});
  EXPECT_TRUE(absl::StrContains(page, "every seed held"));
  EXPECT_FALSE(absl::StrContains(page, "nan"));
}

}  // namespace
}  // namespace distdb::sim
