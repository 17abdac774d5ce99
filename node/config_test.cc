#include "node/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_replace.h"
#include "core/config.h"
#include "core/types.h"
#include "net/tls/keys.h"
#include "node/config.pb.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kGood[] =
    R"(cluster_id: 0x5f
node_id: 2
mode: BROADCAST
members { id: 1 peer_address: "127.0.0.1:7101" client_address: "127.0.0.1:7001" }
members { id: 2 peer_address: "127.0.0.1:7102" client_address: "127.0.0.1:7002" }
data_dir: "node-2"
window: 8
)";

// The error for kGood with `from` replaced by `to`.
std::string ErrorWith(const std::string& from, const std::string& to) {
  const std::string text = absl::StrReplaceAll(kGood, {{from, to}});
  EXPECT_NE(text, kGood) << "nothing was replaced";
  const absl::StatusOr<NodeConfig> config =
      ParseNodeConfig(text, "n.textproto");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string message(config.status().message());
  EXPECT_THAT(message, ::testing::Not(HasSubstr("\n")));
  return message;
}

TEST(ConfigTest, ReadsAllFields) {
  const absl::StatusOr<NodeConfig> config = ParseNodeConfig(kGood, "n");
  ASSERT_TRUE(config.ok()) << config.status();
  const Config core = CoreConfig(*config, nullptr);
  EXPECT_EQ(core.self, NodeId(1));
  EXPECT_EQ(core.nodes, 2);
  EXPECT_EQ(core.mode, Mode::kBroadcast);
  EXPECT_EQ(core.epoch, Epoch(1));
  EXPECT_EQ(core.window, 8u);
  EXPECT_EQ(core.request_timeout, 10 * kSecond);
  EXPECT_EQ(FindMember(*config, 2).client_address(), "127.0.0.1:7002");
}

// kGood with these keys for its two members.
std::string WithKeys(const std::string& first, const std::string& second,
                     const std::string& rest) {
  return absl::StrReplaceAll(
             kGood, {{"127.0.0.1:7001\"", "127.0.0.1:7001\"" + first},
                     {"127.0.0.1:7002\"", "127.0.0.1:7002\"" + second}}) +
         rest;
}

TEST(ConfigTest, AllMembersHaveAKeyEachItsOwnOrNoneHas) {
  const std::string file = "key_file: \"node-2/key.pem\"\n";
  const std::string one =
      " public_key: \"ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"";
  const std::string other =
      " public_key: \"ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\"";
  const auto error = [](const std::string& text) {
    return std::string(ParseNodeConfig(text, "n").status().message());
  };
  const auto good = ParseNodeConfig(WithKeys(one, other, file), "n");
  ASSERT_TRUE(good.ok()) << good.status();
  EXPECT_TRUE(HasKeys(*good));
  EXPECT_NE(Pins(*good)[0], Pins(*good)[1]);
  EXPECT_FALSE(HasKeys(*ParseNodeConfig(kGood, "n")));

  EXPECT_THAT(error(WithKeys(one, "", file)),
              HasSubstr("members[1].public_key is missing"));
  EXPECT_THAT(error(WithKeys("", other, file)),
              HasSubstr("members[1].public_key is there"));
  EXPECT_THAT(error(WithKeys(one, one, file)), HasSubstr("another member's"));
  EXPECT_THAT(error(WithKeys(one, other, "")), HasSubstr("add key_file"));
  EXPECT_THAT(error(WithKeys(one, " public_key: \"ed25519:x\"", file)),
              HasSubstr("n:5:"));
}

TEST(ConfigTest, NamesLineAndColumnOfAWrongField) {
  EXPECT_THAT(ErrorWith("window", "windows"), StartsWith("n.textproto:7:8: "));
  EXPECT_THAT(ErrorWith("window: 8", "window: \"x\""),
              StartsWith("n.textproto:7:9: "));
  EXPECT_THAT(ErrorWith("BROADCAST", "PAXOS  # a comment"),
              StartsWith("n.textproto:3:7: "));
  EXPECT_THAT(ErrorWith("BROADCAST", "PAXOS"),
              AllOf(StartsWith("n.textproto:3:7: "), HasSubstr("PAXOS")));
}

TEST(ConfigTest, NamesLineAndColumnOfAValueOutOfItsRange) {
  EXPECT_THAT(ErrorWith("window: 8", "window: 0"),
              AllOf(StartsWith("n.textproto:7:1: "), HasSubstr("65536")));
  EXPECT_THAT(ErrorWith("node_id: 2", "node_id: 3"),
              AllOf(StartsWith("n.textproto:2:1: "), HasSubstr("1 to 2")));
  EXPECT_THAT(ErrorWith("{ id: 2", "{ id: 1"),
              AllOf(StartsWith("n.textproto:5:11: "), HasSubstr("twice")));
  EXPECT_THAT(
      ErrorWith("{ id: 2", "{ id: 9"),
      AllOf(StartsWith("n.textproto:5:11: "), HasSubstr("from 1 to 2")));
  EXPECT_THAT(ErrorWith(":7102", ":70000"),
              AllOf(StartsWith("n.textproto:5:17: "), HasSubstr("70000")));
  EXPECT_THAT(
      ErrorWith(":7102", ":7001"),
      AllOf(StartsWith("n.textproto:5:17: "), HasSubstr("its own port")));
}

TEST(ConfigTest, NamesWhatIsMissing) {
  EXPECT_THAT(ErrorWith("cluster_id: 0x5f", ""), HasSubstr("cluster_id"));
  EXPECT_THAT(ErrorWith("data_dir: \"node-2\"", ""), HasSubstr("data_dir"));
  EXPECT_THAT(ErrorWith("client_address: \"127.0.0.1:7002\"", ""),
              AllOf(StartsWith("n.textproto:5:1: "),
                    HasSubstr("members[1].client_address")));
}

TEST(ConfigTest, BetweenNodesWithKeysAddressesMayBeLeftOut) {
  const std::string keys = WithKeys(
      " public_key: \"ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
      " public_key: \"ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\"",
      "key_file: \"k\"\n");
  const std::string no_addresses =
      absl::StrReplaceAll(keys, {{"peer_address: \"127.0.0.1:7102\"", ""},
                                 {"client_address: \"127.0.0.1:7002\"", ""}});
  ASSERT_NE(no_addresses, keys);
  const auto config = ParseNodeConfig(
      no_addresses + "seed_addresses: \"10.0.0.1:7101\" discover: MULTICAST",
      "n");
  ASSERT_TRUE(config.ok()) << config.status();
  const auto error = [&](const std::string& rest) {
    return std::string(
        ParseNodeConfig(no_addresses + rest, "n").status().message());
  };
  EXPECT_THAT(error("seed_addresses: \"here\""),
              AllOf(StartsWith("n:9:1: "), HasSubstr("\"here\"")));
  EXPECT_THAT(error("seed_addresses: \"10.0.0.1:0\""), StartsWith("n:9:1: "));
  EXPECT_THAT(error("multicast_group: \"10.0.0.1:7100\""),
              AllOf(StartsWith("n:9:1: "), HasSubstr("239.255.71.1:7100")));
}

TEST(ConfigTest, WithoutKeysNobodyIsFound) {
  EXPECT_THAT(ErrorWith("window: 8", "discover: MULTICAST"),
              AllOf(StartsWith("n.textproto:7:1: "), HasSubstr("public_key")));
  EXPECT_THAT(ErrorWith("window: 8", "seed_addresses: \"10.0.0.1:7101\""),
              AllOf(StartsWith("n.textproto:7:1: "), HasSubstr("public_key")));
}

TEST(ConfigTest, RefusesAClusterOfNobody) {
  const absl::StatusOr<NodeConfig> config =
      ParseNodeConfig("cluster_id: 1 node_id: 1 data_dir: \"d\"", "n");
  EXPECT_THAT(std::string(config.status().message()),
              HasSubstr("there are no members"));
}

TEST(ConfigTest, RefusesAnAddressThatTheListenerCannotServe) {
  EXPECT_THAT(ErrorWith("127.0.0.1:7102", "10.0.0.2:7102"),
              HasSubstr("listen_host: \"0.0.0.0\""));
}

TEST(ConfigTest, NamesAFileThatIsMissing) {
  const absl::StatusOr<NodeConfig> config =
      LoadNodeConfig("/nowhere/node-1.textproto");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(config.status().message()),
              StartsWith("/nowhere/node-1.textproto: No such file"));
}

TEST(ConfigTest, ModesAreNamedInEitherCase) {
  EXPECT_EQ(*ParseMode("bracha"), BRACHA);
  EXPECT_EQ(*ParseMode("BROADCAST"), BROADCAST);
  EXPECT_FALSE(ParseMode("paxos").ok());
}

}  // namespace
}  // namespace distdb
