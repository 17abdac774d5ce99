#include "sim/explore/walks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "sim/explore/explorer.h"
#include "sim/explore/options.h"
#include "sim/explore/walk_trace.h"

namespace distdb::sim::explore {
namespace {

Model ModelOf(const std::vector<std::string>& flags) {
  const absl::StatusOr<Options> options = ParseOptions(flags);
  EXPECT_TRUE(options.ok()) << options.status();
  return options->model;
}

uint64_t StatesAfter(int schedules, const Model& model, bool is_guided) {
  Walks walks(model, is_guided);
  for (int i = 0; i < schedules; ++i) {
    EXPECT_EQ(walks.Take(static_cast<uint64_t>(i)).violated, "");
  }
  return walks.states();
}

TEST(WalksTest, GuidedSchedulesReachEveryStateThatTheExplorerFinds) {
  const Model model = ModelOf({"--lies=none", "--symmetry"});
  const uint64_t all = Explorer(model).Run().states;
  EXPECT_EQ(StatesAfter(20'000, model, /*is_guided=*/true), all);
}

TEST(WalksTest, GuidedSchedulesReachMoreThanRandomOnes) {
  const Model model = ModelOf({"--symmetry"});
  EXPECT_GT(StatesAfter(2000, model, /*is_guided=*/true),
            StatesAfter(2000, model, /*is_guided=*/false));
}

TEST(WalksTest, ARandomScheduleIsAFunctionOfItsNumber) {
  const Model model = ModelOf({"--symmetry"});
  Walks some(model, /*is_guided=*/false);
  some.Take(1);
  const Walk after_another = some.Take(2);
  const Walk alone = Walks(model, /*is_guided=*/false).Take(2);
  ASSERT_EQ(after_another.steps.size(), alone.steps.size());
  for (size_t i = 0; i < alone.steps.size(); ++i) {
    EXPECT_EQ(after_another.steps[i].after, alone.steps[i].after);
  }
}

TEST(WalksTest, TheTextbooksThresholdIsFound) {
  Walks walks(ModelOf({"--symmetry", "--quorum_policy=n_minus_2f"}),
              /*is_guided=*/true);
  std::string violated;
  for (uint64_t number = 0; violated.empty() && number < 100'000; ++number) {
    violated = walks.Take(number).violated;
  }
  EXPECT_EQ(violated, "Totality");
}

TEST(WalkTraceTest, AScheduleIsOneHistoryOfItsHandlers) {
  const Model model = ModelOf({});
  const Walk walk = Walks(model, /*is_guided=*/false).Take(7);
  const std::string text = TraceOf(model, QuorumPolicy::kSafe, walk, "x");
  EXPECT_TRUE(absl::StartsWith(text, "{\"event\":\"reset\",\"run\":\"x\""));
  EXPECT_TRUE(absl::StrContains(text, "\"event\":\"send\""));
  EXPECT_TRUE(absl::StrContains(text, "\"event\":\"own_echo\""));
  const auto lines = std::count(text.begin(), text.end(), '\n');
  EXPECT_GT(lines, static_cast<long>(walk.steps.size()));
}

}  // namespace
}  // namespace distdb::sim::explore
