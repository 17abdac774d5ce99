// The command `sim replay FILE` as a script meets it: exit codes, the last line
// of standard output, and what is on standard error.

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

struct Ran {
  int exit_code = -1;
  std::string out;
  std::string err;

  std::string LastLine() const {
    const std::vector<std::string> lines = absl::StrSplit(out, '\n');
    return lines.size() < 2 ? "" : lines[lines.size() - 2];
  }
};

std::string Temporary(const std::string& name) {
  return absl::StrCat(testing::TempDir(), "/", name);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string WriteFile(const std::string& name, const std::string& text) {
  const std::string path = Temporary(name);
  std::ofstream(path) << text;
  return path;
}

Ran RunSim(const std::string& arguments) {
  const std::string out = Temporary("out");
  const std::string err = Temporary("err");
  const int status = std::system(
      absl::StrCat("sim/sim ", arguments, " >", out, " 2>", err).c_str());
  return {.exit_code = WEXITSTATUS(status),
          .out = ReadFile(out),
          .err = ReadFile(err)};
}

TEST(ReplayCommandTest, AScenarioThatComesTrueExitsWithZero) {
  const Ran ran =
      RunSim("replay testdata/scenarios/good_case.textproto --check");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.LastLine(),
              MatchesRegex("scenario=good_case events=[0-9]+ hash=[0-9a-f]+ "
                           "result=held expected=met"));
  EXPECT_EQ(ran.err, "");
}

TEST(ReplayCommandTest, AnExpectedViolationExitsWithZero) {
  const Ran ran =
      RunSim("replay testdata/scenarios/totality_n_minus_2f.textproto");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.LastLine(),
              MatchesRegex("scenario=totality_n_minus_2f events=[0-9]+ "
                           "hash=[0-9a-f]+ result=violated:Totality "
                           "expected=met"));
}

TEST(ReplayCommandTest, TheSameRunTwiceHasTheSameHash) {
  const std::string command =
      "replay testdata/scenarios/ready_is_durable.textproto";
  const Ran first = RunSim(command);
  EXPECT_EQ(first.exit_code, 0);
  EXPECT_EQ(first.out, RunSim(command).out);
}

TEST(ReplayCommandTest, WhatWasMissedIsNamedAndExitsWithOne) {
  const std::string path = WriteFile(
      "missed.textproto",
      "name: \"missed\" nodes: 4\n"
      "action { when: \"10ms\" put { id: \"w\" node: \"p0\" key: \"k\" value: "
      "\"v\" } }\n"
      "action { when: \"50ms\" get { id: \"r\" node: \"p1\" key: \"k\" } }\n"
      "expect {\n"
      "  violated: \"Agreement\"\n"
      "  delivered { instance: \"0:1\" by: \"p3\" }\n"
      "  store { node: \"p1\" entry { key: \"k\" value: \"w\" } }\n"
      "  convicted { node: \"p2\" }\n"
      "  answer { to: \"w\" status: \"none\" }\n"
      "  answer { to: \"r\" nil: true }\n"
      "}\n");
  const Ran ran = RunSim(absl::StrCat("replay ", path));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.LastLine(),
              MatchesRegex("scenario=missed events=[0-9]+ hash=[0-9a-f]+ "
                           "result=held expected=missed"));
  EXPECT_EQ(ran.err,
            "missed: expected Agreement to break, and all properties held\n"
            "missed: expected p3 to deliver 0:1, and p0 p1 p2 p3 did\n"
            "missed: expected p1 to hold {k = w}, and it holds {k = v}\n"
            "missed: expected someone to convict p2 of a fault, and nobody "
            "did\n"
            "missed: expected no answer for w, and the answer was OK, token "
            "0:1\n"
            "missed: expected nil for r, and it was \"v\"\n");
}

TEST(ReplayCommandTest, AFourthMessageDelayIsMissed) {
  std::string text = ReadFile("testdata/scenarios/three_delays.textproto");
  const std::string expectation = "expect {";
  ASSERT_THAT(text, HasSubstr(expectation));
  text.insert(text.find(expectation),
              "rule { to: \"p1\" kind: READY instance: \"0:1\" delay: \"10ms\" "
              "}\n");
  const Ran ran =
      RunSim(absl::StrCat("replay ", WriteFile("late.textproto", text)));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.LastLine(), HasSubstr("result=held expected=missed"));
  EXPECT_EQ(ran.err,
            "missed: expected p0 p1 p2 p4 p5 to deliver 0:1 at 130.000 ms, and "
            "it was p1 at 140.000 ms\n");
}

TEST(ReplayCommandTest, AViolationThatNobodyExpectedExitsWithOne) {
  std::string text =
      ReadFile("testdata/scenarios/agreement_n_minus_2f.textproto");
  const std::string expectation = "violated: \"Agreement\"";
  ASSERT_THAT(text, HasSubstr(expectation));
  text.erase(text.find(expectation), expectation.size());
  const Ran ran =
      RunSim(absl::StrCat("replay ", WriteFile("unexpected.textproto", text)));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.LastLine(),
              HasSubstr("result=violated:Agreement expected=missed"));
}

TEST(ReplayCommandTest, BadInputIsOneLineAndExitsWithTwo) {
  const std::string wrong =
      WriteFile("wrong.textproto", "name: \"x\"\nnodez: 4\n");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {wrong, absl::StrCat(wrong,
                           ":2:1: there is no field \"nodez\" here; did you "
                           "mean \"nodes\"?\n")},
      {"no/such.textproto", "no/such.textproto: No such file or directory\n"},
      {"testdata", "testdata: Is a directory\n"},
      {absl::StrCat(wrong, " --nodes=4"),
       "sim: replay: --nodes=4: a scenario says that itself; change the "
       "file\n"},
  };
  for (const auto& [arguments, message] : cases) {
    const Ran ran = RunSim(absl::StrCat("replay ", arguments));
    EXPECT_EQ(ran.exit_code, 2) << arguments;
    EXPECT_EQ(ran.err, message);
    EXPECT_EQ(ran.out, "");
  }
}

TEST(ReplayCommandTest, LanesAndTranscriptStandBeforeTheLastLine) {
  const std::string file = "testdata/scenarios/good_case.textproto";
  const Ran plain = RunSim(absl::StrCat("replay ", file));
  const Ran ran =
      RunSim(absl::StrCat("replay ", file, " --lanes --transcript"));
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.LastLine(), plain.LastLine());
  EXPECT_THAT(ran.out,
              HasSubstr(ReadFile("testdata/scenarios/good_case.transcript")));
  EXPECT_THAT(ran.out, HasSubstr("\n    13.400  ■ 0:1=a"));
  EXPECT_THAT(ran.out, testing::Not(HasSubstr("\x1b")));
}

TEST(ReplayCommandTest, ASeedHasLanesToo) {
  const Ran plain = RunSim("replay --seed=7 --nodes=4");
  const Ran ran = RunSim("replay --seed=7 --nodes=4 --lanes");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.LastLine(), plain.LastLine());
  EXPECT_THAT(ran.out, HasSubstr("        ms  p0"));
}

TEST(ReplayCommandTest, PathsAreRelativeToWhereTheCommandWasTyped) {
  WriteFile("here.textproto", "name: \"here\" nodes: 1 expect {}");
  ASSERT_EQ(setenv("BUILD_WORKING_DIRECTORY", testing::TempDir().c_str(), 1),
            0);
  const Ran ran = RunSim("replay here.textproto");
  unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
}

}  // namespace
}  // namespace distdb::sim
