#include "sim/trace/trace_writer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "sim/scenario/parse.h"
#include "sim/scenario/run.h"

namespace distdb::sim {
namespace {

// The lines of the trace of a scenario of four nodes.
std::vector<std::string> TraceOf(const std::string& text) {
  const absl::StatusOr<Scenario> scenario = ParseScenario(
      "file", absl::StrCat("name: \"x\" nodes: 4\n", text, "expect {}"));
  EXPECT_TRUE(scenario.ok()) << scenario.status();
  if (!scenario.ok()) return {};
  TraceWriter trace(scenario->plan, "a run");
  Observer* const watching[] = {&trace};
  RunScenario(*scenario, watching);
  return absl::StrSplit(trace.Text(), '\n', absl::SkipEmpty());
}

size_t Count(const std::vector<std::string>& lines, const std::string& what) {
  return static_cast<size_t>(std::count_if(
      lines.begin(), lines.end(),
      [&](const std::string& line) { return absl::StrContains(line, what); }));
}

constexpr char kPut[] =
    "action { when: \"10ms\" put { node: \"p0\" key: \"k\" value: \"v\" } }\n";

TEST(TraceWriterTest, AWriteIsOneHistoryThatAllHandle) {
  const std::vector<std::string> lines = TraceOf(kPut);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0],
            "{\"event\":\"reset\",\"run\":\"a run\",\"instance\":\"(p0, 1)\","
            "\"nodes\":4,\"origin\":0,\"liars\":[],"
            "\"quorum_policy\":\"safe\"}");
  EXPECT_EQ(
      lines[1],
      "{\"event\":\"propose\",\"node\":0,\"from\":0,\"digest\":\"a\","
      "\"asks_echo\":\"a\",\"asks_ready\":\"\",\"asks_delivered\":\"\","
      "\"turn\":true,\"conflict\":false,\"echoed\":\"a\",\"readied\":\"\","
      "\"decided\":\"\"}");
  EXPECT_EQ(Count(lines, "\"event\":\"reset\""), 1u);
  EXPECT_EQ(Count(lines, "\"event\":\"own_echo\""), 4u);
  EXPECT_EQ(Count(lines, "\"event\":\"own_ready\""), 4u);
  EXPECT_EQ(Count(lines, "\"asks_delivered\":\"a\""), 4u);
  EXPECT_EQ(Count(lines, "\"event\":\"deliver\""), 4u);
  EXPECT_EQ(Count(lines, "\"digest\":\"b\""), 0u);
}

TEST(TraceWriterTest, WhatIsLostOrRepeatedIsSaid) {
  const std::vector<std::string> lines = TraceOf(absl::StrCat(
      kPut,
      "rule { from: \"p1\" to: \"p2\" kind: ECHO count: 1 lost: true }\n"
      "rule { from: \"p1\" to: \"p3\" kind: READY count: 1 duplicated: true "
      "}\n"));
  EXPECT_EQ(Count(lines,
                  "{\"event\":\"drop\",\"node\":2,\"from\":1,"
                  "\"digest\":\"a\",\"kind\":\"echo\""),
            1u);
  EXPECT_EQ(Count(lines,
                  "{\"event\":\"dup\",\"node\":3,\"from\":1,"
                  "\"digest\":\"a\",\"kind\":\"ready\""),
            1u);
}

TEST(TraceWriterTest, APayloadThatIsMissingIsAskedForAndServed) {
  const std::vector<std::string> lines = TraceOf(absl::StrCat(
      kPut, "rule { from: \"p0\" to: \"p2\" kind: SEND lost: true }\n"));
  const std::string said = "\"kind\":\"pull\",\"digest\":\"a\"";
  EXPECT_EQ(Count(lines, "{\"event\":\"say\",\"node\":2," + said), 1u);
  EXPECT_EQ(Count(lines, "{\"event\":\"pull\","), 1u);
  EXPECT_EQ(Count(lines, "\"kind\":\"payload\",\"digest\":\"a\""), 1u);
  // The answer makes the delivery possible.
  const auto answer =
      std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
        return absl::StartsWith(line, "{\"event\":\"payload\",\"node\":2,");
      });
  ASSERT_NE(answer, lines.end());
  EXPECT_TRUE(absl::StrContains(*answer, "\"asks_delivered\":\"a\""));
}

TEST(TraceWriterTest, ACrashTellsWhatTheDiskHasAndTheRestartWhatItFinds) {
  const std::vector<std::string> lines = TraceOf(absl::StrCat(
      kPut,
      "action { when: \"p1 stored ECHO 0:1\" crash { node: \"p1\" } }\n"
      "action { when: \"30ms\" restart { node: \"p1\" } }\n"));
  const std::string disk =
      "\"node\":1,\"echo\":\"a\",\"ready\":\"\",\"delivered\":\"\"}";
  EXPECT_EQ(Count(lines, absl::StrCat("{\"event\":\"crash\",", disk)), 1u);
  EXPECT_EQ(Count(lines, absl::StrCat("{\"event\":\"restart\",", disk)), 1u);
  EXPECT_EQ(Count(lines, "{\"event\":\"resume\",\"node\":1"), 1u);
}

TEST(TraceWriterTest, OfALiarOnlyWhatOthersHearIsWritten) {
  const std::vector<std::string> lines = TraceOf(
      "liars: \"p0\"\n"
      "value { name: \"a\" put { key: \"k\" value: \"v\" } }\n"
      "action { when: \"10ms\" say { by: \"p0\" kind: READY instance: "
      "\"0:1\" value: \"a\" to: \"p2\" } }\n");
  ASSERT_GE(lines.size(), 2u);
  EXPECT_TRUE(absl::StrContains(lines[0], "\"liars\":[0]")) << lines[0];
  EXPECT_TRUE(
      absl::StartsWith(lines[1], "{\"event\":\"ready\",\"node\":2,\"from\":0"))
      << lines[1];
  EXPECT_EQ(Count(lines, "\"node\":0"), 0u);
}

TEST(TraceWriterTest, OnlyModeBrachaHasTraces) {
  const absl::StatusOr<Scenario> scenario =
      ParseScenario("file", "name: \"x\" nodes: 4 mode: BROADCAST expect {}");
  ASSERT_TRUE(scenario.ok());
  EXPECT_FALSE(CanTrace(scenario->plan));
}

}  // namespace
}  // namespace distdb::sim
