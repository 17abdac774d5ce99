#include "node/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"

ABSL_FLAG(int, test_nodes, 4, "How many nodes.");
ABSL_FLAG(bool, test_loud, false, "Whether to shout.");
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
       {"test_nodes", "test_loud"},
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
