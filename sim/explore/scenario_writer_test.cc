#include "sim/explore/scenario_writer.h"

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "sim/explore/explorer.h"
#include "sim/explore/options.h"
#include "sim/scenario/replay.h"

namespace distdb::sim::explore {
namespace {

Model ModelOf(const std::vector<std::string>& flags) {
  const absl::StatusOr<Options> options = ParseOptions(flags);
  EXPECT_TRUE(options.ok()) << options.status();
  return options->model;
}

// Bracha's Instance alone, and whole replicas over a simulated network and
// disks, agree that the textbook's threshold loses Totality.
TEST(ScenarioWriterTest, TheSimulatorReplaysWhatTheExplorerFound) {
  const Model model = ModelOf({"--quorum_policy=n_minus_2f", "--symmetry"});
  const Exploration found = Explorer(model).Run();
  ASSERT_EQ(found.violated, "Totality");
  EXPECT_EQ(static_cast<int>(found.run.size()) + 1, found.depth);
  const absl::StatusOr<std::string> scenario =
      WriteScenario(model, found, "found", "");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  const std::string path = testing::TempDir() + "/found.textproto";
  std::ofstream(path) << *scenario;
  const ReplayOutput output = ReplayScenario({.path = path});
  EXPECT_EQ(output.exit_code, 0) << output.out << output.err;
  EXPECT_TRUE(
      absl::StrContains(output.out, "result=violated:Totality expected=met"))
      << output.out;
}

TEST(ScenarioWriterTest, SaysWhatAScenarioCannotDo) {
  for (const char* flag :
       {"--origin=correct", "--restarts=1", "--sync=later"}) {
    EXPECT_EQ(WriteScenario(ModelOf({flag}), {}, "none", "").status().code(),
              absl::StatusCode::kFailedPrecondition)
        << flag;
  }
}

}  // namespace
}  // namespace distdb::sim::explore
