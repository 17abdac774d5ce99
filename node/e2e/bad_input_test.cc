// Bad input from people and from strangers on a port: one clear line or a
// closed connection, never a crash or a hang.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/message.h"
#include "core/types.h"
#include "net/codec/frame.h"
#include "net/codec/frame_reader.h"
#include "net/socket.h"
#include "net/unique_fd.h"
#include "node/child_process.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/database_client.h"
#include "node/demo/local_cluster.h"
#include "node/testing/program.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

constexpr ChildExit kBadUsage{2, 0};

// It ends with code 2 and one line on standard error, which says `what`.
void ExpectRefused(const std::vector<std::string>& arguments,
                   const std::string& what) {
  const Finished run = RunDistdb(arguments);
  EXPECT_EQ(run.exit, kBadUsage) << what;
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr(what));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
}

TEST(BadCommandLineTest, NamesWhatIsWrongAndTheMend) {
  ExpectRefused({}, "distdb help");
  ExpectRefused({"frobnicate"}, "\"frobnicate\" is no command");
  ExpectRefused({"put", "--colour=red", "k", "v"}, "unknown flag --colour");
  ExpectRefused({"put", "k"}, "distdb put KEY VALUE");
  ExpectRefused({"get", "k", "--addr=nowhere"}, "--addr");
  ExpectRefused({"get", "k", "--addr=127.0.0.1:99999"}, "--addr");
  ExpectRefused({"get", "k", "--at_least=yesterday"}, "--at_least");
  ExpectRefused({"demo", "--nodes=0"},
                "--nodes=0 is out of range; use 1 to 64");
  ExpectRefused({"demo", "--nodes=65"}, "--nodes=65");
  ExpectRefused({"demo", "--nodes=four"}, "--nodes=four");
  ExpectRefused({"demo", "--mode=paxos"}, "use bracha or broadcast");
  ExpectRefused({"demo", "--base_port=65500"}, "--base_port=65500");
  ExpectRefused({"init", "--nodes=4"}, "--dir");
  ExpectRefused({"serve"}, "--config");
  ExpectRefused({"serve", "--config=x", "--log=loud"}, "--log=loud");
  ExpectRefused({"serve", "--config=x", "--log_format=xml"}, "text or json");
  ExpectRefused({"serve", "--config=x", "--log=debug", "--log_phases=x"},
                "--log_phases=x is no phase");
  ExpectRefused({"serve", "--config=x", "--log_phases=echo"}, "--log=debug");
  ExpectRefused({"serve", "--config=/no/such.textproto"},
                "/no/such.textproto: No such file");
  ExpectRefused({"serve", "--config=/tmp"}, "/tmp is a directory");
  ExpectRefused({"put", "k", "-5"}, "write --");
}

TEST(BadCommandLineTest, ResultsThatCannotBeWrittenAreAFailure) {
  const Finished help =
      RunProgram({"/bin/sh", "-c", DistdbPath() + " help >/dev/full"});
  EXPECT_EQ(help.exit, (ChildExit{1, 0}));
  EXPECT_THAT(help.err, HasSubstr("cannot write to standard output: No space"));
}

TEST(BadCommandLineTest, SaysThatNobodyListens) {
  const absl::StatusOr<UniqueFd> bound = Listen({"127.0.0.1", 0});
  ASSERT_TRUE(bound.ok());
  const uint16_t port = *LocalPort(*bound);
  shutdown(bound->get(), SHUT_RDWR);  // Bound, and listening no more.
  const Finished get =
      RunDistdb({"get", "k", absl::StrCat("--addr=127.0.0.1:", port)});
  EXPECT_EQ(get.exit, (ChildExit{1, 0}));
  EXPECT_THAT(get.err, HasSubstr(absl::StrCat(port)));
}

class BadConfigTest : public ::testing::Test {
 protected:
  BadConfigTest() {
    const Finished init =
        RunDistdb({"init", "--dir=" + dir_.path(), "--nodes=4"});
    EXPECT_EQ(init.exit, (ChildExit{0, 0})) << init.err;
    EXPECT_THAT(init.out, HasSubstr("distdb serve --config=" + path() + "\n"));
  }

  std::string path() const { return dir_.path() + "/node-1.textproto"; }

  TempDir dir_;
};

TEST_F(BadConfigTest, NamesFileLineAndColumn) {
  std::ofstream(path(), std::ios::app) << "colour: 3\n";
  ExpectRefused({"serve", "--config=" + path()}, path() + ":");
  ExpectRefused({"serve", "--config=" + path()}, "colour");
}

TEST_F(BadConfigTest, NamesTheFlagThatIsNoAddress) {
  ExpectRefused({"serve", "--config=" + path(), "--listen_host=here"},
                "--listen_host=here");
}

TEST_F(BadConfigTest, RefusesAKeyThatOthersCanRead) {
  const std::string key = dir_.path() + "/node-1/key.pem";
  std::filesystem::permissions(key, std::filesystem::perms(0644));
  ExpectRefused({"serve", "--config=" + path()}, "run `chmod 600 " + key + "`");
}

TEST_F(BadConfigTest, RefusesAKeyThatIsAnotherNodesOrNone) {
  const std::string key = dir_.path() + "/node-1/key.pem";
  std::filesystem::rename(dir_.path() + "/node-2/key.pem", key);
  ExpectRefused({"serve", "--config=" + path()},
                key + " holds the private key of ed25519:");
  std::filesystem::remove(key);
  ExpectRefused({"serve", "--config=" + path()}, key + ": No such file");
}

TEST_F(BadConfigTest, RefusesToTalkInTheClearBeyondThisMachine) {
  ExpectRefused(
      {"serve", "--config=" + path(), "--insecure", "--listen_host=0.0.0.0"},
      "--insecure: listen_host 0.0.0.0 can be reached from other machines");
}

TEST_F(BadConfigTest, NamesTheFlagOfDiscoveryThatIsWrong) {
  const std::string config = "--config=" + path();
  ExpectRefused({"serve", config, "--join=here"},
                "--join: \"here\" is no IP address");
  ExpectRefused({"serve", config, "--join=127.0.0.1:7101,127.0.0.1:0"},
                "--join: \"127.0.0.1:0\" is no IP address");
  ExpectRefused({"serve", config, "--join=localhost:7101"},
                "--join=127.0.0.1:7101");
  ExpectRefused({"serve", config, "--discover=magic"}, "use multicast or none");
  ExpectRefused({"serve", config, "--multicast_group=127.0.0.1:7100"},
                "--multicast_group=239.255.71.1:7100");
  ExpectRefused({"serve", config, "--discover=multicast", "--insecure"},
                "leave --insecure out");
  ExpectRefused({"serve", config, "--discover=multicast", "--listen_host=::1"},
                "with --join=HOST:PORT");
}

TEST_F(BadConfigTest, NamesTheFlagThatIsOutOfRange) {
  const std::string config = "--config=" + path();
  ExpectRefused({"serve", config, "--request_timeout=2h"},
                "--request_timeout=2h is out of range; use 1ms to 1h");
  ExpectRefused({"serve", config, "--handshake_timeout=inf"}, "use 10ms to 1m");
  ExpectRefused({"serve", config, "--idle_timeout=-1s"}, "use 100ms to 1h");
  ExpectRefused({"serve", config, "--idle_timeout=5"},
                "use for example --idle_timeout=250ms");
  ExpectRefused({"serve", config, "--retained_max=1MiB"},
                "--retained_max=1MiB is out of range; use at least 16MiB");
  ExpectRefused({"serve", config, "--peer_queue_max=64MB"},
                "use for example --peer_queue_max=64MiB");
}

TEST_F(BadConfigTest, InitWritesOverNothing) {
  ExpectRefused({"init", "--dir=" + dir_.path()}, "is there already");
}

TEST_F(BadConfigTest, NamesThePortInUse) {
  const absl::StatusOr<NodeConfig> config = LoadNodeConfig(path());
  ASSERT_TRUE(config.ok()) << config.status();
  const absl::StatusOr<UniqueFd> taken = Listen({"127.0.0.1", 0});
  ASSERT_TRUE(taken.ok());
  const std::string address = absl::StrCat("127.0.0.1:", *LocalPort(*taken));
  NodeConfig edited = *config;
  for (Member& member : *edited.mutable_members()) {
    if (member.id() == 1) member.set_client_address(address);
  }
  std::ofstream(path()) << edited.DebugString();
  ExpectRefused({"serve", "--config=" + path()}, address + " is in use");
}

// A stranger's connection.
class Stranger {
 public:
  explicit Stranger(const Endpoint& endpoint) {
    absl::StatusOr<UniqueFd> socket = StartConnect(endpoint);
    EXPECT_TRUE(socket.ok()) << socket.status();
    if (socket.ok()) socket_ = *std::move(socket);
    Await(POLLOUT);
  }

  void Say(absl::string_view bytes) {
    while (!bytes.empty()) {
      Await(POLLOUT);
      const absl::StatusOr<Transfer> sent = WriteSome(socket_, bytes);
      if (!sent.ok()) return;  // Cut off already.
      bytes.remove_prefix(sent->bytes);
    }
  }

  // What comes until the other side closes; fails the test if it does not.
  std::string HearUntilClosed() {
    std::string heard;
    char buffer[4096];
    while (Await(POLLIN)) {
      const absl::StatusOr<Transfer> got =
          ReadSome(socket_, buffer, sizeof(buffer));
      if (!got.ok() || got->closed) return heard;
      heard.append(buffer, got->bytes);
    }
    ADD_FAILURE() << "the connection stays open";
    return heard;
  }

 private:
  bool Await(short events) {
    pollfd wait{socket_.get(), events, 0};
    return poll(&wait, 1, static_cast<int>(kTestPatience / kMillisecond)) == 1;
  }

  UniqueFd socket_;
};

// One node of a cluster of four, whose other members never come.
class StrangerTest : public ::testing::Test {
 protected:
  explicit StrangerTest(const std::string& program = DistdbPath()) {
    LocalClusterOptions options;
    options.dir = dir_.path();
    options.program = program;
    options.insecure = true;  // Beyond TLS no stranger gets.
    absl::StatusOr<std::unique_ptr<LocalCluster>> cluster =
        LocalCluster::Create(options);
    EXPECT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = *std::move(cluster);
    // So that nobody waits long for writes that cannot complete.
    std::ofstream(dir_.path() + "/node-1.textproto", std::ios::app)
        << "request_timeout_ms: 200\n";
    EXPECT_TRUE(cluster_->Start(1).ok());
    config_ = *LoadNodeConfig(dir_.path() + "/node-1.textproto");
    peer_port_ = *ParseEndpoint(FindMember(config_, 1).peer_address());
    client_port_ = *ParseEndpoint(FindMember(config_, 1).client_address());
  }

  Handshake GoodHandshake() const {
    return Handshake{kProtocolVersion, PeersClusterId(config_), NodeId(1),
                     Epoch(1), 4};
  }
  static std::string Framed(const Frame& frame) {
    std::string stream;
    AppendFramed(EncodeFrame(frame), stream);
    return stream;
  }

  void ExpectStillServing() {
    absl::StatusOr<DatabaseClient> client = cluster_->Connect(1);
    ASSERT_TRUE(client.ok()) << client.status();
    EXPECT_TRUE(client->Get("k", "").ok());
  }

  TempDir dir_;
  std::unique_ptr<LocalCluster> cluster_;
  NodeConfig config_;
  Endpoint peer_port_;
  Endpoint client_port_;
};

TEST_F(StrangerTest, AMalformedFrameClosesTheLink) {
  Stranger stranger(peer_port_);
  stranger.Say(absl::string_view("\x05\x00\x00\x00hello", 9));
  stranger.HearUntilClosed();
  ExpectStillServing();
}

TEST_F(StrangerTest, AMalformedFrameAfterTheHandshakeClosesTheLink) {
  Stranger stranger(peer_port_);
  stranger.Say(Framed(GoodHandshake()));
  stranger.Say(absl::string_view("\x05\x00\x00\x00hello", 9));
  stranger.HearUntilClosed();
  ExpectStillServing();
}

TEST_F(StrangerTest, AnOversizedFrameClosesTheLink) {
  Stranger stranger(peer_port_);
  stranger.Say(Framed(GoodHandshake()));
  stranger.Say(absl::string_view("\xff\xff\xff\x7f", 4));
  stranger.HearUntilClosed();
  ExpectStillServing();
}

TEST_F(StrangerTest, AHandshakeOfAnotherClusterClosesTheLink) {
  Handshake other = GoodHandshake();
  other.cluster_id = "another";
  Stranger stranger(peer_port_);
  stranger.Say(Framed(other));
  stranger.HearUntilClosed();
  ExpectStillServing();
}

TEST_F(StrangerTest, AHandshakeInAnotherModeClosesTheLink) {
  NodeConfig other = config_;
  other.set_mode(BROADCAST);
  Handshake handshake = GoodHandshake();
  handshake.cluster_id = PeersClusterId(other);
  Stranger stranger(peer_port_);
  stranger.Say(Framed(handshake));
  stranger.HearUntilClosed();
  ExpectStillServing();
}

TEST_F(StrangerTest, AVoteForANodeThatDoesNotExistIsNoHarm) {
  Stranger stranger(peer_port_);
  stranger.Say(Framed(GoodHandshake()));
  Message vote;
  vote.kind = MessageKind::kEcho;
  vote.instance = {Epoch(1), NodeId(77), Seq(1)};
  stranger.Say(Framed(MessageBatch{{vote}}));
  EXPECT_TRUE(Eventually([&] {
    absl::StatusOr<DatabaseClient> client = cluster_->Connect(1);
    return client.ok() && absl::StrContains(client->Status().value_or(""),
                                            "faults_proven: 1\n");
  }));
  ExpectStillServing();
}

TEST_F(StrangerTest, AMalformedRequestIsAnsweredAndClosed) {
  for (const std::string request :
       {"*1\r\n$x\r\n", "*1\r\n$999999999999\r\n", "*99999999\r\n",
        "*1\r\n:5\r\n", "SET \"k\r\n"}) {
    Stranger stranger(client_port_);
    stranger.Say(request);
    EXPECT_THAT(stranger.HearUntilClosed(), HasSubstr("-ERR ")) << request;
  }
  ExpectStillServing();
}

// A node that may have no more than 300 files open.
class CrampedProgram {
 protected:
  CrampedProgram() {
    std::ofstream(path()) << "#!/bin/sh\nulimit -n 300\nexec " << DistdbPath()
                          << " \"$@\"\n";
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
  }
  std::string path() const { return program_dir_.path() + "/cramped"; }

 private:
  TempDir program_dir_;
};

class CrampedTest : private CrampedProgram, public StrangerTest {
 protected:
  CrampedTest() : StrangerTest(CrampedProgram::path()) {}
};

TEST_F(CrampedTest, IdleClientsDoNotKeepPeersOut) {
  std::vector<std::unique_ptr<Stranger>> clients;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(std::make_unique<Stranger>(client_port_));
  }
  // The last one is told that there is no room, so all have been accepted.
  EXPECT_THAT(clients.back()->HearUntilClosed(), HasSubstr("max number"));
  Stranger peer(peer_port_);
  peer.Say(absl::string_view("\xff\xff\xff\x7f", 4));
  EXPECT_THAT(peer.HearUntilClosed(), HasSubstr(PeersClusterId(config_)));
}

TEST_F(StrangerTest, AWriteThatCannotCompleteIsToldSo) {
  Stranger stranger(client_port_);
  stranger.Say("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n*1\r\n$4\r\nQUIT\r\n");
  EXPECT_THAT(stranger.HearUntilClosed(), HasSubstr("-TIMEOUT "));
}

}  // namespace
}  // namespace distdb
