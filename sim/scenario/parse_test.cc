#include "sim/scenario/parse.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/store/batch.h"
#include "gtest/gtest.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

// Lines 1 to 4 of what follows.
constexpr char kHead[] =
    "name: \"x\"\nnodes: 4\nliars: \"p0\"\n"
    "value { name: \"abc\" put { key: \"k\" value: \"v\" } }\n";

Scenario Parse(const std::string& text) {
  absl::StatusOr<Scenario> scenario = ParseScenario("file", text);
  EXPECT_TRUE(scenario.ok()) << scenario.status();
  return scenario.ok() ? *scenario : Scenario();
}

TEST(ParseScenarioTest, ReadsAClusterAndKeepsCalm) {
  const Scenario scenario = Parse(
      "name: \"x\" intent: \"to see\" nodes: 7 mode: BROADCAST\n"
      "quorum_policy: N_MINUS_2F window: 3 liars: [\"p1\", \"p5\"]\n"
      "network { delay: \"2ms\" link { from: \"p0\" to: \"p6\" delay: \"5us\" "
      "} }\n"
      "disk { fsync_time: \"1ns\" } clock { node: \"p2\" behind: \"1s\" }\n"
      "heal_at: \"3s\" settle_time: \"4s\"\n"
      "expect {}");
  const Plan& plan = scenario.plan;
  EXPECT_EQ(scenario.name, "x");
  EXPECT_EQ(scenario.intent, "to see");
  EXPECT_EQ(plan.nodes(), 7);
  EXPECT_EQ(plan.config.mode, Mode::kBroadcast);
  EXPECT_EQ(plan.config.quorum_policy, QuorumPolicy::kNMinus2F);
  EXPECT_EQ(plan.config.window, 3u);
  EXPECT_EQ(plan.liars, NodeSet::Of(NodeId(1)).With(NodeId(5)));
  EXPECT_EQ(plan.network.link_delay[6], 5 * kMicrosecond);
  EXPECT_EQ(plan.network.link_delay[6 * 7], 2 * kMillisecond);
  EXPECT_EQ(plan.disk.fsync_time, 1);
  EXPECT_EQ(plan.wall_offset[2], -kSecond);
  EXPECT_EQ(plan.heal_at, Time(3 * kSecond));
  EXPECT_EQ(plan.settle_time, 4 * kSecond);
  EXPECT_EQ(plan.network.loss_per_mille, 0u);
  EXPECT_FALSE(plan.final_writes);
  EXPECT_FALSE(scenario.expect.violated.has_value());
}

TEST(ParseScenarioTest, ThisBuildHasNoBugsToPlant) {
  const absl::StatusOr<Scenario> scenario = ParseScenario(
      "file", "name: \"x\" nodes: 4\nmutant: \"not_fifo\"\nexpect {}");
  EXPECT_EQ(scenario.status().message(),
            "file:2:1: \"not_fifo\": this build has no mutants; use ./bazelw "
            "run //sim");
}

TEST(ParseScenarioTest, ALiarSaysAPayloadOrItsDigestByTheKindOfTheMessage) {
  const Scenario scenario = Parse(absl::StrCat(
      kHead,
      "action { when: \"1ms\" say { by: \"p0\" to: \"others\" kind: SEND "
      "instance: \"0:1\" value: \"abc\" } }\n"
      "action { when: \"1ms\" say { by: \"p0\" to: \"p2\" kind: READY "
      "instance: \"2:7\" value: \"abc\" } }\n"
      "expect {}"));
  ASSERT_EQ(scenario.plan.actions.size(), 4u);
  const Say& send = std::get<Say>(scenario.plan.actions[0].deed);
  EXPECT_EQ(send.to, NodeId(1));
  EXPECT_EQ(send.message.payload, scenario.values.at("abc"));
  const absl::StatusOr<BatchView> batch =
      DecodeBatch(send.message.payload.bytes());
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->mutations.at(0).value, "v");
  const Say& ready = std::get<Say>(scenario.plan.actions[3].deed);
  EXPECT_EQ(ready.message.instance, (InstanceId{Epoch(1), NodeId(2), Seq(7)}));
  EXPECT_EQ(ready.message.digest,
            StandInDigester().Compute(ready.message.instance,
                                      send.message.payload.bytes()));
}

TEST(ParseScenarioTest, ActionsWaitForTimesAndConditions) {
  const Scenario scenario = Parse(
      "name: \"x\" nodes: 4\n"
      "action { when: \"7ms\" crash { node: \"p1\" keeps: 2 } }\n"
      "action { when: \"2us after p3 stored READY 1:2\" restart { node: \"p1\" "
      "} }\n"
      "action { when: \"p2 received PULL 1:2\" partition { side: \"p3\" } }\n"
      "expect {}");
  ASSERT_EQ(scenario.plan.actions.size(), 3u);
  EXPECT_EQ(scenario.plan.actions[0].when.at, Time(7 * kMillisecond));
  EXPECT_EQ(std::get<Crash>(scenario.plan.actions[0].deed).keeps, 2u);
  const When& stored = scenario.plan.actions[1].when;
  EXPECT_EQ(stored.at, Time(2 * kMicrosecond));
  ASSERT_TRUE(stored.after.has_value());
  EXPECT_EQ(stored.after->node, NodeId(3));
  EXPECT_EQ(stored.after->what, Condition::What::kDurable);
  EXPECT_EQ(stored.after->record, RecordKind::kReady);
  const When& received = scenario.plan.actions[2].when;
  EXPECT_EQ(received.at, Time(0));
  EXPECT_EQ(received.after->what, Condition::What::kReceived);
  EXPECT_EQ(received.after->message, MessageKind::kPull);
}

TEST(ParseScenarioTest, RulesEndWithTheFaults) {
  const Scenario scenario = Parse(
      "name: \"x\" nodes: 4\n"
      "rule { to: \"p3\" kind: ECHO instance: \"0:1\" digest_class: 1 lost: "
      "true }\n"
      "rule { begin: \"1ms\" end: \"2ms\" skip: 1 count: 2 duplicated: true }\n"
      "expect {}");
  ASSERT_EQ(scenario.plan.rules.size(), 2u);
  const Rule& lost = scenario.plan.rules[0];
  EXPECT_TRUE(lost.lost);
  EXPECT_EQ(lost.to, NodeId(3));
  EXPECT_EQ(lost.from, std::nullopt);
  EXPECT_EQ(lost.message, MessageKind::kEcho);
  EXPECT_EQ(lost.digest_class, 1u);
  EXPECT_EQ(lost.to_time, Time(kSecond));
  const Rule& twice = scenario.plan.rules[1];
  EXPECT_EQ(twice.copies, 2u);
  EXPECT_EQ(twice.skip, 1u);
  EXPECT_EQ(twice.count, 2u);
  EXPECT_EQ(twice.to_time, Time(2 * kMillisecond));
}

TEST(ParseScenarioTest, MoreLiarsThanAClusterSurvivesMayBreakThings) {
  const Scenario scenario = Parse(
      "name: \"x\" nodes: 4 liars: [\"p0\", \"p1\"]\n"
      "expect { violated: \"Agreement\" }");
  EXPECT_EQ(scenario.expect.violated, Property::kAgreement);
}

struct Bad {
  std::string name;
  std::string text;
  std::string message;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

// After the head (lines 1 to 4), at line 5, and with an expectation at the end.
Bad After(const std::string& name, const std::string& text,
          const std::string& message) {
  return {name, absl::StrCat(kHead, text, "\nexpect {}"), message};
}

std::vector<Bad> BadClustersAndExpectations() {
  return {
      {"UnknownField", "name: \"x\"\nnodez: 4",
       "file:2:1: there is no field \"nodez\" here; did you mean \"nodes\"?"},
      {"NotANumber", "name: \"x\"\nnodes: four",
       "file:2:8: Expected integer, got: four"},
      {"OpenString", "name: \"x\nnodes: 4",
       "file:1:9: String literals cannot cross line boundaries"},
      {"OpenMessage", "name: \"x\" nodes: 4 expect {",
       "file:1:28: the file ends too early"},
      {"Empty", "", "file:1:1: `name` is missing: give the scenario a name"},
      {"NoNodes", "name: \"x\"",
       "file:1:1: `nodes` is missing: say how many, from 1 to 64"},
      {"ZeroNodes", "name: \"x\"\nnodes: 0",
       "file:2:1: 0 nodes: give from 1 to 64"},
      {"TooManyNodes", "name: \"x\"\nnodes: 65",
       "file:2:1: 65 nodes: give from 1 to 64"},
      {"NoName", "nodes: 4 name: \"a b\"",
       "file:1:10: \"a b\" is no name: write one word of letters, digits, _ "
       "and -"},
      {"UnknownMode", "name: \"x\" nodes: 4\nmode: BRACHO",
       "file:2:7: \"BRACHO\" is no mode; did you mean \"BRACHA\"?"},
      {"ZeroWindow", "name: \"x\" nodes: 4\nwindow: 0",
       "file:2:1: window is 0: give between 1 and 65536"},
      {"UnknownLiar", "name: \"x\" nodes: 4\nliars: \"p4\"",
       "file:2:1: there is no p4: nodes are \"p0\" to \"p3\""},
      {"AllLie", "name: \"x\" nodes: 1\nliars: \"p0\"",
       "file:2:1: all nodes lie: nobody is left to judge"},
      {"ClockWithoutError", "name: \"x\" nodes: 4\nclock { node: \"p1\" }",
       "file:2:9: say how far the clock is `ahead` or `behind`, or "
       "its `drift_ppm`"},
      {"DelayWithoutUnit", "name: \"x\" nodes: 4\nnetwork {\n  delay: \"1\" }",
       "file:3:3: \"1\" is no duration; write a whole number and ns, us, ms or "
       "s, like \"5ms\""},
      {"NoExpectation", kHead,
       "file:1:1: `expect` is missing: say what must come true; `expect {}` "
       "is that all properties hold"},
      {"UnknownProperty",
       absl::StrCat(kHead, "expect { violated: \"Totalty\" }"),
       "file:5:10: no property is called \"Totalty\"; did you mean "
       "\"Totality\"?"},
      {"ALiarDelivers",
       absl::StrCat(kHead,
                    "expect { delivered { instance: \"0:1\" by: \"p0\" } }"),
       "file:5:38: a liar delivers nothing"},
      {"NobodyDeliversAtAMoment",
       absl::StrCat(kHead,
                    "expect { delivered { instance: \"0:1\" at: \"5ms\" } }"),
       "file:5:38: nobody is to deliver it, at any moment"},
      {"UnknownOperation",
       absl::StrCat(kHead, "expect { answer { to: \"w\" } }"),
       "file:5:19: no operation is called \"w\""},
      {"UnknownFault",
       absl::StrCat(kHead,
                    "expect { convicted { node: \"p0\" fault: FORGED } }"),
       "file:5:40: \"FORGED\" is no fault; did you mean \"FORGED_SEND\"?"},
  };
}

std::vector<Bad> BadLies() {
  const std::string say =
      "action { when: \"1ms\"\nsay { by: \"p0\" to: \"p1\" ";
  return {
      After("AnHonestNodeLies", "action { when: \"1ms\" say { by: \"p1\" } }",
            "file:5:28: p1 is no liar: name it in the scenario's "
            "`liars` first"),
      After("UnknownValue",
            say + "kind: SEND instance: \"0:1\" value: \"abd\" } }",
            "file:6:52: no value is called \"abd\"; did you mean "
            "\"abc\"?"),

      After("UnknownKind", say + "kind: SENT } }",
            "file:6:31: \"SENT\" is no kind; did you mean \"SEND\"?"),
      After("NoInstance", say + "kind: SEND instance: \"0-1\" } }",
            "file:6:36: \"0-1\" is no instance; write origin and "
            "number like \"0:1\""),
      After("InstanceZero", say + "kind: SEND instance: \"0:0\" } }",
            "file:6:36: \"0:0\": instances of a stream count from 1 "
            "to 1000000"),

      After("ValueForAWatermark",
            say + "kind: WATERMARK instance: \"0:1\" value: \"abc\" } }",
            "file:6:57: WATERMARK carries no value: leave it out"),
  };
}

std::vector<Bad> BadMoments() {
  return {
      After("UnknownVerb",
            "action { when: \"p1 delivred 0:1\" restart { node: "
            "\"p1\" } }",
            "file:5:10: a node does not \"delivred\"; did you mean "
            "\"delivered\"?"),

      After("UnknownRecord",
            "action { when: \"p1 stored SEND 0:1\" restart { node: "
            "\"p1\" } }",
            "file:5:10: no record is called \"SEND\"; it can be ECHO, "
            "READY, DELIVERED, APPLIED"),
      After("WaitsForALiar",
            "action { when: \"p0 sent ECHO 0:1\" restart { node: "
            "\"p1\" } }",
            "file:5:10: p0 is a liar: nothing can wait for what it "
            "does"),

      After("NoMoment", "action { when: \"soon\" restart { node: \"p1\" } }",
            "file:5:10: \"soon\" is no moment; write it like \"5ms\", "
            "\"p2 delivered 0:1\" or \"5ms after p2 stored ECHO "
            "0:1\""),
      After("CrashAfterTheFaults",
            "action { when: \"2s\" crash { node: \"p1\" } }",
            "file:5:10: faults end at `heal_at`: set that later than "
            "this"),
      After("NothingHappens", "action { when: \"1ms\" }",
            "file:5:10: nothing happens then: give the action a "
            "`put`, `crash`, `say`, …"),
  };
}

std::vector<Bad> BadDeedsAndRules() {
  return {
      After("ALiarCrashes", "action { when: \"1ms\" crash { node: \"p0\" } }",
            "file:5:30: p0 is a liar: it has no replica that could "
            "do this"),

      After("BeyondTheBudget",
            "action { when: \"1ms\" crash { node: \"p1\" for_good: "
            "true } }",
            "file:3:1: {p0, p1} lie, stay down or forget, and 4 nodes "
            "survive 1 such: expect what is `violated`, or take more nodes"),
      After("NoSides",
            "action { when: \"1ms\" partition { side: [\"p0\", "
            "\"p1\", \"p2\", \"p3\"] } }",
            "file:5:34: a partition has some nodes on one side and "
            "some on the other"),

      After("RuleWithoutFate", "rule { from: \"p1\" }",
            "file:5:1: a rule without a fate: give it `lost: true`, a "
            "`delay`, `arrives` or `duplicated: true`"),

      After("RuleWithTwoFates", "rule { lost: true delay: \"1ms\" }",
            "file:5:24: Field \"delay\" is specified along with field "
            "\"lost\", another member of oneof \"fate\""),
      After("TwoValuesOfOneName", "value { name: \"abc\" put { key: \"k\" } }",
            "file:5:9: there are two values called \"abc\""),
      After("EmptyValue", "value { name: \"b\" }",
            "file:5:9: value \"b\" is empty: give it a `put`, a "
            "`delete` or `bytes`"),
  };
}

std::vector<Bad> BadFiles() {
  std::vector<Bad> all;
  for (const auto part : {&BadClustersAndExpectations, &BadLies, &BadMoments,
                          &BadDeedsAndRules}) {
    const std::vector<Bad> bad = part();
    all.insert(all.end(), bad.begin(), bad.end());
  }
  return all;
}

class BadFileTest : public testing::TestWithParam<Bad> {};

TEST_P(BadFileTest, IsRefusedInOneLineThatNamesThePlaceAndTheMend) {
  const absl::StatusOr<Scenario> scenario =
      ParseScenario("file", GetParam().text);
  ASSERT_FALSE(scenario.ok());
  EXPECT_EQ(scenario.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(scenario.status().message()), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(All, BadFileTest, testing::ValuesIn(BadFiles()),
                         [](const auto& bad) { return bad.param.name; });

TEST(ParseScenarioTest, RefusesAFileThatIsTooLong) {
  const std::string text(2 * 1024 * 1024, ' ');
  EXPECT_EQ(ParseScenario("file", text).status().message(),
            "file: 2097152 bytes: a scenario has at most 1048576");
}

// A parser meets files that are cut short.
TEST(ParseScenarioTest, SurvivesEveryPrefixOfAFile) {
  const std::string whole = absl::StrCat(
      kHead,
      "rule { from: \"p1\" lost: true }\n"
      "action { when: \"p1 sent ECHO 0:1\" say { by: \"p0\" to: \"p1\" kind: "
      "SEND instance: \"0:1\" value: \"abc\" } }\n"
      "expect { delivered { instance: \"0:1\" value: \"abc\" by: \"all\" } }");
  ASSERT_TRUE(ParseScenario("file", whole).ok());
  for (size_t length = 0; length < whole.size(); ++length) {
    const absl::StatusOr<Scenario> scenario =
        ParseScenario("file", whole.substr(0, length));
    ASSERT_FALSE(scenario.ok()) << length;
    EXPECT_EQ(scenario.status().message().find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace distdb::sim
