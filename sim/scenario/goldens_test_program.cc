// Runs every scenario of testdata/scenarios and compares its transcript with
// the golden one beside it.

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/check_handler.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/run.h"

namespace distdb::sim {
namespace {

namespace fs = std::filesystem;

std::set<std::string> ScenarioPaths() {
  std::set<std::string> paths;
  for (const auto& entry : fs::directory_iterator("testdata/scenarios")) {
    if (entry.path().extension() == ".textproto") {
      paths.insert(entry.path().string());
    }
  }
  return paths;
}

std::string ReadGolden(fs::path path) {
  std::ifstream file(path.replace_extension(".transcript"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  return fs::path(info.param).stem().string();
}

class GoldensTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldensTest, TellsWhatItToldBefore) {
  const absl::StatusOr<Scenario> scenario = LoadScenario(GetParam());
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(TellScenario(*scenario), ReadGolden(GetParam()))
      << "If the new transcript is right, rewrite the golden ones by\n"
         "  bazel run //sim/scenario:update_goldens\n"
         "and look at what `git diff testdata/scenarios` says.";
}

TEST_P(GoldensTest, MeetsWhatItExpectsAndIsCalledAsItsFile) {
  const absl::StatusOr<Scenario> scenario = LoadScenario(GetParam());
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(scenario->name, fs::path(GetParam()).stem().string());
  EXPECT_FALSE(scenario->intent.empty());
  EXPECT_THAT(RunScenario(*scenario).missed, testing::IsEmpty());
}

TEST_P(GoldensTest, RunsTwiceAlike) {
  const ReplayOutput output = ReplayScenario(
      {.path = GetParam(), .views = {.lanes = true}, .check = true});
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(output.out,
            ReplayScenario({.path = GetParam(), .views = {.lanes = true}}).out);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, GoldensTest,
                         testing::ValuesIn(ScenarioPaths()), TestName);

}  // namespace
}  // namespace distdb::sim

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  distdb::sim::InstallThrowingCheckHandler();
  return RUN_ALL_TESTS();
}
