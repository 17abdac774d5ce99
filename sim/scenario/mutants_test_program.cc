// A scenario that is about a rule must notice when the rule is broken: each is
// run against a bug planted in core, and has to be missed.

#include <filesystem>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/check_handler.h"
#include "sim/mutants/registry.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/run.h"

namespace distdb::sim {
namespace {

struct Case {
  const char* scenario;
  const char* mutant;
  // What the run must end with; "held": only an expectation notices.
  const char* result;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.scenario << " with " << c.mutant;
}

constexpr Case kCases[] = {
    {"equivocation_safe_n4", "echo_quorum_low", "violated:Totality"},
    {"equivocation_safe_n5", "echo_quorum_low", "violated:Agreement"},
    {"equivocation_safe_n5", "votes_not_per_digest", "violated:Agreement"},
    {"equivocation_safe_n4", "votes_not_deduplicated", "held"},
    {"equivocation_safe_n5", "ready_quorum_low", "violated:Agreement"},
    {"forged_send", "echo_quorum_high", "violated:Validity"},
    {"forged_send", "deliver_quorum_high", "violated:Validity"},
    {"totality_n_minus_2f", "deliver_quorum_low", "held"},
    {"totality_n_minus_2f", "claims_quorum_low", "held"},
    {"ready_is_durable", "ready_not_durable", "violated:Totality"},
    {"ready_is_durable", "restart_forgets_ready", "violated:Totality"},
    {"ready_is_durable", "no_amplification", "violated:Totality"},
    {"ready_is_durable", "ready_quorum_high", "violated:Totality"},
    {"echo_across_restart", "echo_not_durable", "violated:NoFalseConviction"},
    {"echo_across_restart", "restart_forgets_echo",
     "violated:NoFalseConviction"},
    {"pull_payload", "value_of_first_message", "violated:Agreement"},
    {"pull_payload", "collect_too_early", "violated:Totality"},
    {"pull_answered_by_a_lie", "pull_not_verified", "violated:Agreement"},
    {"catch_up", "not_fifo", "violated:Integrity"},
    {"catch_up", "only_undelivered_resent", "violated:Totality"},
    {"loss_is_repaired", "no_retransmission", "violated:Totality"},
    {"crash_before_durable", "reply_too_early", "held"},
    {"delete_arrives_first", "no_tombstones", "violated:Convergence"},
    {"partition_heals", "last_arrival_wins", "violated:Convergence"},
};

class MutantsTest : public testing::TestWithParam<Case> {
 protected:
  ~MutantsTest() override { PlantMutant(""); }
};

TEST_P(MutantsTest, IsNoticedByTheScenarioAboutItsRule) {
  const absl::StatusOr<Scenario> scenario = LoadScenario(
      absl::StrCat("testdata/scenarios/", GetParam().scenario, ".textproto"));
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_TRUE(RunScenario(*scenario).met()) << "without a planted bug";
  ASSERT_NE(FindMutant(GetParam().mutant), nullptr) << MutantNames();
  PlantMutant(GetParam().mutant);
  const ScenarioResult result = RunScenario(*scenario);
  EXPECT_FALSE(result.met());
  EXPECT_EQ(ResultWord(result.run), GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(All, MutantsTest, testing::ValuesIn(kCases),
                         [](const auto& one) {
                           return absl::StrCat(one.param.scenario, "_with_",
                                               one.param.mutant);
                         });

// A scenario that plants a bug of its own blames that bug, and nothing else.
TEST(PlantedBugTest, IsAllThatIsWrongInItsScenario) {
  int planted = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("testdata/scenarios")) {
    if (entry.path().extension() != ".textproto") continue;
    absl::StatusOr<Scenario> scenario = LoadScenario(entry.path().string());
    ASSERT_TRUE(scenario.ok()) << scenario.status();
    if (scenario->mutant.empty()) continue;
    ++planted;
    EXPECT_TRUE(scenario->expect.violated.has_value()) << scenario->name;
    EXPECT_TRUE(RunScenario(*scenario).met()) << scenario->name;
    EXPECT_EQ(PlantedMutant(), "") << scenario->name;
    scenario->mutant.clear();
    EXPECT_EQ(ResultWord(RunScenario(*scenario).run), "held") << scenario->name;
  }
  EXPECT_GE(planted, 9);
}

}  // namespace
}  // namespace distdb::sim

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  distdb::sim::InstallThrowingCheckHandler();
  return RUN_ALL_TESTS();
}
