// The demo as a person or a script meets it: the program with its real nodes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "net/socket.h"
#include "node/child_process.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/database_client.h"
#include "node/port_reservation.h"
#include "node/testing/program.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr ChildExit kDone{0, 0};
constexpr ChildExit kFailed{1, 0};
constexpr ChildExit kBadUsage{2, 0};

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

TEST(DemoTest, RunsTheCommandsOnStandardInput) {
  const Finished demo = RunDistdb({"demo", "--base_port=0"},
                                  "put name alice\nget name\nkill 4\nput name "
                                  "bob\nget name\nlist\nnodes\n");
  EXPECT_EQ(demo.exit, kDone) << demo.err;
  EXPECT_THAT(
      Lines(demo.out),
      ElementsAre("1:1", "alice", "node 4 is down", "1:2", "bob", "name\tbob",
                  StartsWith("1 127.0.0.1:"), StartsWith("2 127.0.0.1:"),
                  StartsWith("3 127.0.0.1:"), StartsWith("4 127.0.0.1:")));
  EXPECT_THAT(Lines(demo.out).back(), HasSubstr(" down "));
  // What is a moment old at the peers is no arrears.
  for (size_t line = 6; line < 9; ++line) {
    EXPECT_THAT(Lines(demo.out)[line],
                HasSubstr(" delivered=2,0,0,0 behind=0"));
  }
}

TEST(DemoTest, WithoutInputItShowsItselfAround) {
  for (const std::string mode : {"bracha", "broadcast"}) {
    const Finished demo =
        RunDistdb({"demo", "--base_port=0", "--mode=" + mode});
    EXPECT_EQ(demo.exit, kDone) << mode << ": " << demo.err;
    EXPECT_THAT(demo.out, HasSubstr("> get name\nalice\n"));
    EXPECT_THAT(demo.out, HasSubstr("> kill 4\nnode 4 is down\n"));
    EXPECT_THAT(demo.out, HasSubstr("node 4 itself has what it missed:\n"
                                    "> get name\nbob\n"));
  }
}

TEST(DemoTest, ShowsWhatAClusterOfOneCan) {
  const Finished demo = RunDistdb({"demo", "--base_port=0", "--nodes=1"});
  EXPECT_EQ(demo.exit, kDone) << demo.err;
  EXPECT_THAT(demo.out, HasSubstr("needs --nodes=4"));
}

TEST(DemoTest, ANodeThatRestartsHasWhatItMissed) {
  const Finished demo = RunDistdb(
      {"demo", "--base_port=0"},
      "kill 2\nput a 1\nput b two words\nrestart 2\nkill 1\nlist\nstatus\n");
  EXPECT_EQ(demo.exit, kDone) << demo.err;
  EXPECT_THAT(demo.out, HasSubstr("node 2 is up and has what it missed\n"
                                  "node 1 is down\na\t1\nb\ttwo words\n"
                                  "3 of 4 nodes up; 0 more may fail (f = 1)"));
}

TEST(DemoTest, SaysWhichCommandFailed) {
  const Finished demo =
      RunDistdb({"demo", "--base_port=0"}, "get nothing\nput a b\n");
  EXPECT_EQ(demo.exit, kFailed);
  EXPECT_THAT(Lines(demo.out), ElementsAre("(nil)", "1:1"));
  EXPECT_THAT(demo.err, HasSubstr("distdb: line 1: nothing has no value\n"));
}

TEST(DemoTest, SaysWhichLineIsNoCommand) {
  const Finished demo =
      RunDistdb({"demo", "--base_port=0"}, "put a\nfrob\nkill 9\nnodes now\n");
  EXPECT_EQ(demo.exit, kBadUsage);
  EXPECT_THAT(demo.err, HasSubstr("line 1: write `put KEY VALUE`"));
  EXPECT_THAT(demo.err, HasSubstr("line 2: \"frob\" is no command"));
  EXPECT_THAT(demo.err, HasSubstr("line 3: \"9\" is no node; use 1 to 4"));
  EXPECT_THAT(demo.err, HasSubstr("line 4: write `nodes`"));
}

TEST(DemoTest, NamesAPortInUseAndTheMend) {
  const absl::StatusOr<UniqueFd> taken = Listen({"127.0.0.1", 0});
  ASSERT_TRUE(taken.ok()) << taken.status();
  const uint16_t port = *LocalPort(*taken);
  const Finished demo = RunDistdb({"demo", absl::StrCat("--base_port=", port)});
  EXPECT_EQ(demo.exit, kBadUsage);
  EXPECT_THAT(demo.err,
              AllOf(HasSubstr(absl::StrCat("port ", port, " is in use")),
                    HasSubstr("--base_port")));
}

// A demo that waits at its prompt, with its files where we can look.
class RunningDemoTest : public ::testing::Test {
 protected:
  RunningDemoTest()
      : demo_({DistdbPath(), "demo", "--base_port=0",
               "--dir=" + dir_.path() + "/demo"}) {
    demo_.Type("put k v\n");
    EXPECT_TRUE(Eventually([&] { return demo_.Out() == "1:1\n"; }))
        << demo_.Err();
    for (int id = 1; id <= 4; ++id) {
      const absl::StatusOr<NodeConfig> config = LoadNodeConfig(
          absl::StrCat(dir_.path(), "/demo/node-", id, ".textproto"));
      EXPECT_TRUE(config.ok()) << config.status();
      endpoints_.push_back(
          *ParseEndpoint(FindMember(*config, id).client_address()));
    }
  }

  bool NobodyListens() const {
    for (const Endpoint& endpoint : endpoints_) {
      if (DatabaseClient::Connect(endpoint).ok()) return false;
    }
    return true;
  }

  TempDir dir_;
  Program demo_;
  std::vector<Endpoint> endpoints_;
};

TEST_F(RunningDemoTest, ItsNodesAreRealAndAgree) {
  for (const Endpoint& endpoint : endpoints_) {
    const std::string addr = "--addr=" + ToString(endpoint);
    const Finished get = RunDistdb({"get", "k", "--at_least=1:1", addr});
    EXPECT_EQ(get.exit, kDone) << get.err;
    EXPECT_EQ(get.out, "v\n");
  }
}

TEST_F(RunningDemoTest, NothingOutlivesACtrlC) {
  demo_.Signal(SIGINT);
  EXPECT_EQ(demo_.Wait(), (ChildExit{128 + SIGINT, 0}));
  EXPECT_TRUE(NobodyListens());
}

TEST_F(RunningDemoTest, NothingOutlivesAKill) {
  demo_.Signal(SIGKILL);
  EXPECT_EQ(demo_.Wait(), (ChildExit{0, SIGKILL}));
  EXPECT_TRUE(Eventually([&] { return NobodyListens(); }));
}

TEST_F(RunningDemoTest, ItsDirectoryCanBeStartedAgain) {
  demo_.Type("quit\n");
  EXPECT_EQ(demo_.Wait(), kDone) << demo_.Err();
  const Finished again =
      RunDistdb({"demo", "--dir=" + dir_.path() + "/demo"}, "get k\nput k w\n");
  EXPECT_EQ(again.exit, kDone) << again.err;
  EXPECT_EQ(again.out, "v\n1:2\n");
  EXPECT_THAT(again.err, HasSubstr("Starting again the 4 nodes"));
}

TEST(DemoTest, ACtrlCWhileNodesStartEndsAllAndTellsNoError) {
  for (int i = 0; i < 5; ++i) {
    const TempDir dir;
    Program demo({"/usr/bin/env", "TMPDIR=" + dir.path(), DistdbPath(), "demo",
                  "--base_port=0"});
    EXPECT_TRUE(Eventually([&] { return !demo.Err().empty(); }));
    demo.Signal(SIGINT);
    EXPECT_EQ(demo.Wait(), (ChildExit{128 + SIGINT, 0})) << demo.Err();
    EXPECT_THAT(demo.Err(), Not(HasSubstr("distdb: "))) << i;
    EXPECT_TRUE(std::filesystem::is_empty(dir.path())) << i;
  }
}

TEST(DemoTest, WithoutStandardStreamsItCleansUpAndFails) {
  const TempDir dir;
  for (const std::string streams : {">&-", "<&- >&-", ">/dev/full"}) {
    const Finished demo =
        RunProgram({"/bin/sh", "-c",
                    absl::StrCat("TMPDIR=", dir.path(), " exec ", DistdbPath(),
                                 " demo --base_port=0 ", streams)},
                   "put k v\n");
    EXPECT_EQ(demo.exit, kFailed) << streams;
    EXPECT_THAT(demo.err, HasSubstr("cannot write to standard output"));
    EXPECT_TRUE(std::filesystem::is_empty(dir.path())) << streams;
  }
}

TEST(DemoTest, RemovesItsTemporaryDirectory) {
  const TempDir dir;
  const std::vector<std::string> words{"/usr/bin/env", "TMPDIR=" + dir.path(),
                                       DistdbPath(), "demo", "--base_port=0"};
  Program demo(words);
  demo.Type("put k v\n");
  EXPECT_TRUE(Eventually([&] { return demo.Out() == "1:1\n"; })) << demo.Err();
  EXPECT_FALSE(std::filesystem::is_empty(dir.path()));
  demo.Signal(SIGTERM);
  EXPECT_EQ(demo.Wait(), (ChildExit{128 + SIGTERM, 0}));
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
  EXPECT_EQ(RunProgram(words, "nodes\n").exit, kDone);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

}  // namespace
}  // namespace distdb
