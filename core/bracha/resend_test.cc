// What is said again, to whom, and that it suffices.

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/bracha/engine.h"
#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::InFlight;
using ::distdb::testing::VoteOf;

TEST(ResendTest, LossOfEveryFirstMessageDelaysButLosesNothing) {
  Cluster cluster(4);
  cluster.Settle();
  std::set<std::string> seen;
  cluster.DropWhere([&seen](const InFlight& sent) {
    const std::string key = std::to_string(sent.from) + ">" +
                            std::to_string(sent.to) +
                            std::string(MessageKindName(sent.message.kind)) +
                            std::to_string(sent.message.instance.seq.value());
    return seen.insert(key).second;
  });
  for (int i = 0; i < 5; ++i) {
    cluster.Put(i % 4, "k" + std::to_string(i), "v");
    cluster.Run(kSecond);
  }
  cluster.Run(60 * kSecond);
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(cluster.delivered(node).size(), 5u);
  }
}

// Node 3 has lost the SEND and readies on an echo quorum that a liar completed
// for it alone. The others wait for its ECHO, so the origin must send again.
TEST(ResendTest, APeerThatReadiedWithoutThePayloadIsSentIt) {
  Cluster cluster(4);
  cluster.Settle();
  bool lost = false;
  cluster.DropWhere([&lost](const InFlight& sent) {
    if (sent.from == 0) return true;
    const bool first_send =
        !lost && sent.to == 3 && sent.message.kind == MessageKind::kSend;
    lost = lost || first_send;
    return first_send;
  });
  cluster.Put(1, "k", "v");
  cluster.Tick(1);
  cluster.Settle();
  ASSERT_TRUE(lost);
  const InstanceId id = cluster.Id(1, 1);
  ASSERT_FALSE(cluster.disk(1).empty());
  cluster.Step(3, Receive{NodeId(0), VoteOf(MessageKind::kEcho, id,
                                            cluster.disk(1)[0].digest)});
  cluster.Run(60 * kSecond);
  for (int node = 1; node < 4; ++node) {
    EXPECT_EQ(cluster.delivered(node).size(), 1u) << "node " << node;
  }
}

TEST(ResendTest, TheSenderKeepsToTheReceiversWindow) {
  constexpr uint32_t kWindow = 4;
  Cluster cluster(4, [](Config& config) { config.window = kWindow; });
  cluster.Settle();
  uint64_t largest_to_3 = 0;
  // Node 3 hears everything and tells nobody how far it has come.
  cluster.DropWhere([&largest_to_3](const InFlight& sent) {
    if (sent.to == 3) {
      largest_to_3 = std::max(largest_to_3, sent.message.instance.seq.value());
    }
    return sent.from == 3 && sent.message.kind == MessageKind::kWatermark;
  });
  for (int i = 0; i < 12; ++i) {
    cluster.Put(0, "k", std::to_string(i));
    cluster.Settle();
  }
  EXPECT_EQ(cluster.delivered(0).size(), 12u);
  // Watermarks may be further on; what needs a slot may not.
  EXPECT_EQ(cluster.delivered(3).size(), kWindow);
  cluster.DropWhere(nullptr);
  cluster.Run();
  EXPECT_EQ(cluster.delivered(3).size(), 12u);
  EXPECT_GE(largest_to_3, uint64_t{kWindow});
}

// What leaves `from` for `to` while its channel is closed and opened again and
// `to` says how far it has come.
std::vector<Message> SentOnReconnect(Cluster& cluster, int from, int to) {
  std::vector<Message> messages;
  cluster.DropWhere([&messages, from, to](const InFlight& sent) {
    if (sent.from == from && sent.to == to) messages.push_back(sent.message);
    return true;
  });
  cluster.Tick(from);  // Its timers start now.
  messages.clear();
  cluster.Step(from, PeerDown{NodeId(to)});
  cluster.Step(from, PeerUp{NodeId(to)});
  for (int origin = 0; origin < cluster.nodes(); ++origin) {
    const Seq seq = cluster.replica(to).Watermark(NodeId(origin));
    cluster.Step(from, Receive{NodeId(to),
                               {.kind = MessageKind::kWatermark,
                                .instance = cluster.Id(origin, seq.value())}});
  }
  cluster.Settle();
  std::erase_if(messages, [](const Message& message) {
    return message.kind == MessageKind::kHello ||
           message.kind == MessageKind::kWatermark;
  });
  return messages;
}

TEST(ResendTest, APeerThatHasAllIsSentNothing) {
  Cluster cluster(4);
  cluster.Settle();
  for (int i = 0; i < 20; ++i) {
    cluster.Put(i % 4, "k", std::to_string(i));
    cluster.Settle();
  }
  cluster.Run();
  for (int from = 0; from < 3; ++from) {
    EXPECT_TRUE(SentOnReconnect(cluster, from, 3).empty()) << "by " << from;
  }
}

TEST(ResendTest, APeerIsSentWhatItLacksAndNoMoreThanItsWindowTakes) {
  constexpr uint64_t kWindow = 4;
  Cluster cluster(4, [](Config& config) { config.window = kWindow; });
  cluster.Settle();
  for (int i = 0; i < 3; ++i) {
    cluster.Put(0, "k", std::to_string(i));
    cluster.Settle();
  }
  cluster.Run();
  ASSERT_EQ(cluster.replica(3).Watermark(NodeId(0)), Seq(3));
  // It misses the next 20, and a message of each kind for each of them. There
  // is no backlog of those: the window is all that is sent.
  cluster.DropWhere([](const InFlight& sent) { return sent.to == 3; });
  for (int i = 0; i < 20; ++i) {
    cluster.Put(0, "k", std::to_string(i));
    cluster.Settle();
    cluster.Run(kSecond);
  }
  ASSERT_EQ(cluster.replica(0).Watermark(NodeId(0)), Seq(23));
  for (int from = 0; from < 3; ++from) {
    const std::vector<Message> sent = SentOnReconnect(cluster, from, 3);
    ASSERT_EQ(sent.size(), kWindow) << "by " << from;
    for (uint64_t i = 0; i < kWindow; ++i) {
      EXPECT_EQ(sent[i].kind, MessageKind::kDelivered);
      EXPECT_EQ(sent[i].instance, cluster.Id(0, 4 + i));
    }
  }
}

TEST(ResendTest, ANodeThatWasDownGetsWhatItMissed) {
  Cluster cluster(4, [](Config& config) { config.window = 4; });
  cluster.Put(0, "k0", "v");
  cluster.Run();
  cluster.Crash(3);
  for (int i = 1; i <= 30; ++i) {
    cluster.Put(i % 3, "k" + std::to_string(i), "v" + std::to_string(i));
    cluster.Run(kSecond);
  }
  EXPECT_EQ(cluster.replies(1).size(), 10u);
  cluster.Restart(3);
  cluster.Run();
  for (int i = 1; i <= 30; ++i) {
    EXPECT_EQ(cluster.Get(3, "k" + std::to_string(i)), "v" + std::to_string(i));
  }
}

}  // namespace
}  // namespace distdb::bracha
