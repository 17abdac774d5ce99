// Real processes that find each other: their configurations say who is a member
// and not where.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/types.h"
#include "net/discovery/multicast.h"
#include "net/event_loop.h"
#include "net/socket.h"
#include "net/unique_fd.h"
#include "node/address_file.h"
#include "node/child_process.h"
#include "node/database_client.h"
#include "node/demo/node_lines.h"
#include "node/testing/files.h"
#include "node/testing/program.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kNodes = 4;

class DiscoveryTest : public ::testing::Test {
 protected:
  DiscoveryTest() {
    const Finished init =
        RunDistdb({"init", "--dir=" + dir_.path(), "--base_port=0",
                   absl::StrCat("--nodes=", kNodes)});
    EXPECT_EQ(init.exit, (ChildExit{0, 0})) << init.err;
    EXPECT_THAT(init.out, HasSubstr("--discover=multicast\n"));
  }

  // Starts node `id`, and waits until it has told its ports.
  void Start(int id, const std::vector<std::string>& flags) {
    std::vector<std::string> words = {
        DistdbPath(), "serve",
        absl::StrCat("--config=", dir_.path(), "/node-", id, ".textproto")};
    words.insert(words.end(), flags.begin(), flags.end());
    nodes_[id] = std::make_unique<Program>(words);
    EXPECT_TRUE(Eventually([&] {
      return absl::StrContains(nodes_[id]->Err(), "and peers on ");
    })) << nodes_[id]->Err();
  }

  void Kill(int id) {
    nodes_[id]->Signal(SIGKILL);
    EXPECT_EQ(nodes_[id]->Wait(), (ChildExit{0, SIGKILL}));
    nodes_[id].reset();
  }

  // What follows `word` in what node `id` has told.
  std::string Told(int id, const std::string& word) const {
    const std::string log = nodes_[id]->Err();
    const size_t from = log.find(word) + word.size();
    return log.substr(from, log.find(' ', from) - from);
  }
  std::string PeerAddress(int id) const { return Told(id, "and peers on "); }

  absl::StatusOr<DatabaseClient> Connect(int id) const {
    return DatabaseClient::Connect(
        *ParseEndpoint(Told(id, "serving clients on ")));
  }

  // All that run see all that run.
  bool AllUp() const {
    std::vector<int> running;
    for (int id = 1; id <= kNodes; ++id) {
      if (nodes_[id] != nullptr) running.push_back(id);
    }
    return std::all_of(running.begin(), running.end(), [&](int id) {
      absl::StatusOr<DatabaseClient> client = Connect(id);
      if (!client.ok()) return false;
      std::vector<int> up;
      for (const NodeLine& line :
           ParseNodeLines(client->Nodes().value_or(""))) {
        if (line.up) up.push_back(line.id);
      }
      return up == running;
    });
  }

  // What is written at one node is read at each.
  void ExpectReplicates(int writer, const std::string& value) {
    absl::StatusOr<DatabaseClient> client = Connect(writer);
    ASSERT_TRUE(client.ok()) << client.status();
    const absl::StatusOr<std::string> token = client->Put("key", value);
    ASSERT_TRUE(token.ok()) << token.status();
    for (int id = 1; id <= kNodes; ++id) {
      if (nodes_[id] == nullptr) continue;
      absl::StatusOr<DatabaseClient> reader = Connect(id);
      ASSERT_TRUE(reader.ok()) << reader.status();
      const auto read = reader->Get("key", *token);
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(read->value_or("(nil)"), value) << id;
    }
  }

  std::string Logs() const {
    std::string logs;
    for (const auto& node : nodes_) {
      if (node != nullptr) absl::StrAppend(&logs, node->Err());
    }
    return logs;
  }

  TempDir dir_;
  std::array<std::unique_ptr<Program>, kNodes + 1> nodes_;  // By id.
};

TEST_F(DiscoveryTest, NodesThatKnowOneFindAllAndAgainWhereverItGoes) {
  Start(1, {});
  EXPECT_THAT(nodes_[1]->Err(), HasSubstr("this one waits to be found"));
  for (int id = 2; id <= kNodes; ++id) Start(id, {"--join=" + PeerAddress(1)});
  ASSERT_TRUE(Eventually([&] { return AllUp(); })) << Logs();
  ExpectReplicates(4, "one");

  // The one that all know dies, and comes back at ports of the system's choice,
  // knowing what it remembers.
  const std::string before = PeerAddress(1);
  Kill(1);
  ASSERT_TRUE(Eventually([&] { return AllUp(); })) << Logs();
  ExpectReplicates(2, "two");
  const absl::StatusOr<Endpoint> place = ParseEndpoint(before);
  const absl::StatusOr<UniqueFd> taken = Listen(*place);  // Not there again.
  Start(1, {});
  EXPECT_NE(PeerAddress(1), before);
  EXPECT_THAT(nodes_[1]->Err(), Not(HasSubstr("waits to be found")));
  ASSERT_TRUE(Eventually([&] { return AllUp(); })) << Logs();
  ExpectReplicates(1, "three");
}

TEST_F(DiscoveryTest, AllThatStartAgainAtOnceFindEachOtherWithoutASeed) {
  Start(1, {});
  for (int id = 2; id <= kNodes; ++id) Start(id, {"--join=" + PeerAddress(1)});
  ASSERT_TRUE(Eventually([&] { return AllUp(); })) << Logs();
  std::array<std::string, kNodes + 1> before;
  for (int id = 1; id <= kNodes; ++id) {
    before[id] = PeerAddress(id);
    const std::string file =
        absl::StrCat(dir_.path(), "/node-", id, "/addresses");
    EXPECT_TRUE(Eventually([&] {
      return ReadAddressFile(file)->size() == static_cast<size_t>(kNodes);
    }));
  }
  for (int id = 1; id <= kNodes; ++id) Kill(id);
  // The place of one is taken: it is found by those that it remembers.
  const absl::StatusOr<UniqueFd> taken = Listen(*ParseEndpoint(before[2]));
  ASSERT_TRUE(taken.ok()) << taken.status();
  for (int id = 1; id <= kNodes; ++id) Start(id, {});
  ASSERT_TRUE(Eventually([&] { return AllUp(); })) << Logs();
  for (int id = 1; id <= kNodes; ++id) {
    EXPECT_EQ(PeerAddress(id) == before[id], id != 2) << id;
  }
  ExpectReplicates(2, "one");
}

TEST_F(DiscoveryTest, AFileOfAddressesThatIsGarbageIsTold) {
  const std::string path = dir_.path() + "/node-2/addresses";
  WriteFile(path, "garbage");
  Start(1, {});
  Start(2, {"--join=" + PeerAddress(1)});
  ASSERT_TRUE(Eventually([&] { return AllUp(); })) << Logs();
  EXPECT_THAT(nodes_[2]->Err(), HasSubstr(path + " holds no address records"));
  EXPECT_TRUE(Eventually([&] { return ReadFile(path) != "garbage"; }));
}

TEST_F(DiscoveryTest, ASeedWhereNobodyIsIsNamed) {
  const absl::StatusOr<UniqueFd> port = Listen({"127.0.0.1", 0});
  ASSERT_TRUE(port.ok());
  const std::string seed = absl::StrCat("127.0.0.1:", *LocalPort(*port));
  shutdown(port->get(), SHUT_RDWR);
  Start(1, {"--join=" + seed});
  EXPECT_TRUE(Eventually([&] {
    return absl::StrContains(nodes_[1]->Err(),
                             "cannot ask " + seed + " where the others are");
  }));
}

// Whether a datagram to `group` comes back on loopback.
bool CanMulticast(const Endpoint& group) {
  absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  if (!loop.ok()) return false;
  bool heard = false;
  absl::StatusOr<std::unique_ptr<Multicast>> multicast =
      Multicast::Create(group, {"127.0.0.1"}, loop->get(),
                        [&](absl::string_view) { heard = true; });
  for (int i = 0; i < 100 && multicast.ok() && !heard; ++i) {
    (*multicast)->Send("?");
    (*loop)->RunOnce(20 * kMillisecond);
  }
  return heard;
}

TEST_F(DiscoveryTest, WithMulticastNobodyNeedsAnAddress) {
  const absl::StatusOr<UniqueFd> port = Listen({"127.0.0.1", 0});
  const Endpoint group{"239.255.71.1", *LocalPort(*port)};
  if (!CanMulticast(group)) {
    std::printf("SKIPPED: multicast is not delivered on loopback here\n");
    GTEST_SKIP();
  }
  const std::vector<std::string> flags = {
      "--discover=multicast", "--multicast_group=" + ToString(group)};
  for (int id = 1; id <= 3; ++id) Start(id, flags);
  ASSERT_TRUE(Eventually([&] { return AllUp(); })) << Logs();
  ExpectReplicates(3, "one");
  // All are gone, and one more comes with them that nobody has met.
  for (int id = 1; id <= 3; ++id) Kill(id);
  for (int id = 1; id <= 4; ++id) Start(id, flags);
  ASSERT_TRUE(Eventually([&] { return AllUp(); })) << Logs();
  ExpectReplicates(4, "two");
}

}  // namespace
}  // namespace distdb
