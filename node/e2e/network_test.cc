// Real processes on two machines, as far as they can tell: two network
// namespaces with a cable between them. Where this process may not make such
// (it takes root and iproute2), the test says so and is skipped.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "node/child_process.h"
#include "node/demo/node_lines.h"
#include "node/testing/program.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

constexpr int kNodes = 4;

class TwoMachinesTest : public ::testing::Test {
 protected:
  ~TwoMachinesTest() override {
    nodes_ = {};
    for (int machine = 0; machine < 2; ++machine) {
      Ip({"netns", "del", Name(machine)});
    }
  }

  static bool Ip(std::vector<std::string> words) {
    words.insert(words.begin(), "/sbin/ip");
    if (access("/sbin/ip", X_OK) != 0) return false;
    return RunProgram(words).exit == ChildExit{0, 0};
  }

  static std::string Name(int machine) {
    return absl::StrCat("distdb-", getpid(), "-", machine);
  }
  static std::string Host(int machine) {
    return absl::StrCat("10.71.0.", machine + 1);
  }

  bool MakeMachines() {
    const std::string a = absl::StrCat("da", getpid());
    const std::string b = absl::StrCat("db", getpid());
    if (!Ip({"netns", "add", Name(0)}) || !Ip({"netns", "add", Name(1)}) ||
        !Ip({"link", "add", a, "netns", Name(0), "type", "veth", "peer", "name",
             b, "netns", Name(1)})) {
      return false;
    }
    for (int machine = 0; machine < 2; ++machine) {
      const std::string& cable = machine == 0 ? a : b;
      if (!Ip({"-n", Name(machine), "addr", "add", Host(machine) + "/24", "dev",
               cable}) ||
          !Ip({"-n", Name(machine), "link", "set", "lo", "up"}) ||
          !Ip({"-n", Name(machine), "link", "set", cable, "up"})) {
        return false;
      }
    }
    return true;
  }

  static std::vector<std::string> On(int machine,
                                     std::vector<std::string> words) {
    const std::vector<std::string> enter = {"/sbin/ip", "netns", "exec",
                                            Name(machine)};
    words.insert(words.begin(), enter.begin(), enter.end());
    return words;
  }
  // The first two nodes run on one, the others on the other.
  static int MachineOf(int id) { return id <= 2 ? 0 : 1; }

  void Start(int id, const std::string& listen_host) {
    nodes_[id] = std::make_unique<Program>(
        On(MachineOf(id),
           {DistdbPath(), "serve",
            absl::StrCat("--config=", dir_.path(), "/node-", id, ".textproto"),
            "--discover=multicast", "--listen_host=" + listen_host}));
    EXPECT_TRUE(Eventually([&] {
      return absl::StrContains(nodes_[id]->Err(), "and peers on ");
    })) << nodes_[id]->Err();
  }

  Finished Ask(int id, const std::vector<std::string>& command) {
    const std::string log = nodes_[id]->Err();
    const std::string word = "serving clients on ";
    const size_t from = log.find(word) + word.size();
    std::vector<std::string> words = {DistdbPath()};
    words.insert(words.end(), command.begin(), command.end());
    words.push_back("--addr=" + log.substr(from, log.find(' ', from) - from));
    return RunProgram(On(MachineOf(id), words));
  }

  bool AllUp() {
    for (int id = 1; id <= kNodes; ++id) {
      int up = 0;
      for (const NodeLine& line : ParseNodeLines(Ask(id, {"nodes"}).out)) {
        up += line.up ? 1 : 0;
      }
      if (up != kNodes) return false;
    }
    return true;
  }

  TempDir dir_;
  std::array<std::unique_ptr<Program>, kNodes + 1> nodes_;  // By id.
};

TEST_F(TwoMachinesTest, NodesFindEachOtherByMulticastOverTheNetwork) {
  if (!MakeMachines()) {
    std::printf("SKIPPED: no network namespaces can be made here\n");
    GTEST_SKIP();
  }
  const Finished init =
      RunDistdb({"init", "--dir=" + dir_.path(), "--base_port=0",
                 absl::StrCat("--nodes=", kNodes)});
  ASSERT_EQ(init.exit, (ChildExit{0, 0})) << init.err;
  // By the address of an interface, and on all.
  for (int id = 1; id <= 2; ++id) Start(id, Host(0));
  for (int id = 3; id <= kNodes; ++id) Start(id, "0.0.0.0");
  ASSERT_TRUE(Eventually([&] { return AllUp(); })) << nodes_[1]->Err();
  EXPECT_THAT(nodes_[1]->Err(), HasSubstr("node 4 is found at " + Host(1)));
  EXPECT_EQ(Ask(1, {"put", "key", "value"}).exit, (ChildExit{0, 0}));
  EXPECT_TRUE(Eventually([&] {
    return Ask(4, {"get", "key"}).out == "value\n";
  }));
}

}  // namespace
}  // namespace distdb
