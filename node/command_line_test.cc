#include "node/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "node/size_flag.h"

ABSL_FLAG(int, test_nodes, 4, "How many nodes.");
ABSL_FLAG(bool, test_loud, false, "Whether to shout.");
ABSL_FLAG(absl::optional<absl::Duration>, test_wait, absl::nullopt, "A while.");
ABSL_FLAG(absl::optional<distdb::Size>, test_room, absl::nullopt, "Room.");
ABSL_FLAG(std::string, test_other, "", "Of another command.");

namespace distdb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

int DoNothing(const std::vector<std::string>&) { return kExitDone; }

const std::vector<Subcommand>& Table() {
  static const auto& table = *new std::vector<Subcommand>{
      {"start",
       "FILE",
       "Starts.",
       {"test_nodes", "test_loud", "test_wait", "test_room"},
       1,
       1,
       DoNothing,
       "start f"},
      {"stop", "", "Stops.", {}, 0, 0, DoNothing, "stop"}};
  return table;
}

absl::StatusOr<CommandLine> Parse(const std::vector<std::string>& words) {
  return ParseCommandLine(words, Table());
}

std::string Error(const std::vector<std::string>& words) {
  return std::string(Parse(words).status().message());
}

TEST(CommandLineTest, FlagsAndArgumentsMayStandInAnyOrder) {
  const auto line = Parse({"start", "--test_nodes=7", "a", "--test_loud"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->subcommand->name, "start");
  EXPECT_THAT(line->arguments, ElementsAre("a"));
  EXPECT_EQ(absl::GetFlag(FLAGS_test_nodes), 7);
  EXPECT_TRUE(absl::GetFlag(FLAGS_test_loud));
}

TEST(CommandLineTest, AValueMayBeTheNextWord) {
  ASSERT_TRUE(Parse({"start", "--test_nodes", "9", "a"}).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_test_nodes), 9);
}

TEST(CommandLineTest, AfterTwoDashesEverythingIsAnArgument) {
  const auto line = Parse({"start", "--", "--test_nodes=1"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_THAT(line->arguments, ElementsAre("--test_nodes=1"));
}

TEST(CommandLineTest, NamesTheWordAtFaultAndTheMend) {
  EXPECT_THAT(Error({}), HasSubstr("distdb help"));
  EXPECT_THAT(Error({"begin"}), HasSubstr("\"begin\" is no command"));
  EXPECT_THAT(
      Error({"start", "--colour=red", "a"}),
      AllOf(HasSubstr("unknown flag --colour"), HasSubstr("--test_nodes")));
  EXPECT_THAT(Error({"start", "--test_nodes=x", "a"}),
              HasSubstr("--test_nodes=x"));
  EXPECT_THAT(Error({"start", "a", "--test_nodes"}), HasSubstr("no value"));
  EXPECT_THAT(Error({"start"}), HasSubstr("distdb start FILE"));
  EXPECT_THAT(Error({"start", "a", "b"}), HasSubstr("too many"));
}

TEST(CommandLineTest, TheEnvironmentGivesWhatNoFlagGives) {
  setenv("DISTDB_TEST_NODES", "11", 1);
  ASSERT_TRUE(Parse({"start", "a"}).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_test_nodes), 11);
  ASSERT_TRUE(Parse({"start", "a", "--test_nodes=12"}).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_test_nodes), 12);
  setenv("DISTDB_TEST_NODES", "many", 1);
  EXPECT_EQ(Error({"start", "a"}),
            "DISTDB_TEST_NODES=many is no value for this flag; use for example "
            "DISTDB_TEST_NODES=4");
  EXPECT_TRUE(Parse({"stop"}).ok()) << "whose flag it is not";
  unsetenv("DISTDB_TEST_NODES");
}

TEST(CommandLineTest, DurationsAndSizesHaveUnits) {
  ASSERT_TRUE(
      Parse({"start", "a", "--test_wait=250ms", "--test_room=64MiB"}).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_test_wait), absl::Milliseconds(250));
  EXPECT_EQ(absl::GetFlag(FLAGS_test_room)->bytes, uint64_t{64} << 20);
  EXPECT_THAT(Error({"start", "a", "--test_wait=250"}),
              HasSubstr("use for example --test_wait=250ms"));
  EXPECT_THAT(Error({"start", "a", "--test_room=64MB"}),
              HasSubstr("use for example --test_room=64MiB"));
  EXPECT_THAT(Error({"start", "a", "--test_room="}),
              HasSubstr("use for example --test_room=64MiB"));
}

TEST(CommandLineTest, RefusesTheFlagOfAnotherCommand) {
  EXPECT_THAT(Error({"start", "--test_other=x", "a"}),
              HasSubstr("unknown flag --test_other"));
  EXPECT_THAT(Error({"stop", "--test_nodes=1"}), HasSubstr("no flags"));
}

TEST(CommandLineTest, HelpIsFoundInEveryPlace) {
  EXPECT_EQ(Parse({"help"})->subcommand, nullptr);
  EXPECT_EQ(Parse({"--help"})->help_about, nullptr);
  EXPECT_EQ(Parse({"help", "start"})->help_about, &Table()[0]);
  EXPECT_EQ(Parse({"start", "--help"})->help_about, &Table()[0]);
  EXPECT_THAT(HelpText(Table()[0]), HasSubstr("--test_nodes=4"));
  EXPECT_THAT(HelpText(Table()), HasSubstr("start FILE"));
}

TEST(CommandLineTest, PathsStartWhereTheCommandWasTyped) {
  setenv("BUILD_WORKING_DIRECTORY", "/home/someone", 1);
  EXPECT_EQ(ResolvePath("x/../y"), "/home/someone/y");
  EXPECT_EQ(ResolvePath("/x"), "/x");
  unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(ResolvePath("x"), "x");
}

}  // namespace
}  // namespace distdb
