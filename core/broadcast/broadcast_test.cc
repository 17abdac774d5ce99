#include "core/broadcast/broadcast.h"

#include <string>

#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::broadcast {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::InFlight;
using ::distdb::testing::PutPayload;

void InBroadcastMode(Config& config) { config.mode = Mode::kBroadcast; }

TEST(BroadcastTest, AppliesEverywhereInOneMessageDelay) {
  Cluster cluster(4, InBroadcastMode);
  cluster.Settle();
  int sent = 0;
  cluster.DropWhere([&sent](const InFlight& message) {
    ++sent;
    EXPECT_EQ(message.message.kind, MessageKind::kSend);
    return false;
  });
  cluster.Put(0, "name", "alice");
  cluster.Settle();
  EXPECT_EQ(sent, 3);
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(cluster.Get(node, "name"), "alice");
  }
}

TEST(BroadcastTest, ALiarMakesReplicasDiverge) {
  Cluster cluster(4, InBroadcastMode);
  cluster.Settle();
  for (int to = 1; to <= 3; ++to) {
    cluster.Inject(0, to,
                   {.kind = MessageKind::kSend,
                    .instance = cluster.Id(0, 1),
                    .payload = Payload(PutPayload("k", to == 3 ? "b" : "a"))});
  }
  cluster.Run();
  EXPECT_EQ(cluster.Get(1, "k"), "a");
  EXPECT_EQ(cluster.Get(3, "k"), "b");
}

TEST(BroadcastTest, ALostMessageStaysLost) {
  Cluster cluster(4, InBroadcastMode);
  cluster.Settle();
  cluster.DropWhere([](const InFlight& sent) { return sent.to == 3; });
  cluster.Put(0, "k", "v");
  cluster.Run();
  cluster.DropWhere(nullptr);
  cluster.Run();
  EXPECT_EQ(cluster.Get(2, "k"), "v");
  EXPECT_EQ(cluster.Get(3, "k"), "(nil)");
}

TEST(BroadcastTest, ANodeThatStartsSynchronizesFromAPeer) {
  constexpr int kWrites = 200;  // More than one chunk.
  Cluster cluster(3, InBroadcastMode);
  cluster.Crash(2);
  for (int i = 0; i < kWrites; ++i) {
    cluster.Put(i % 2, "k" + std::to_string(i), "v");
    cluster.Settle();
  }
  cluster.Crash(1);
  cluster.Restart(2);
  cluster.Run();
  for (int i = 0; i < kWrites; ++i) {
    EXPECT_EQ(cluster.Get(2, "k" + std::to_string(i)), "v") << i;
  }
  EXPECT_EQ(cluster.replica(2).Watermark(NodeId(1)), Seq(kWrites / 2));
}

TEST(BroadcastTest, WatermarksThatOvertakeThePayloadsAskForThemOnce) {
  Cluster cluster(2, InBroadcastMode);
  cluster.Settle();
  int pulls = 0;
  cluster.DropWhere([&pulls](const InFlight& sent) {
    pulls += sent.message.kind == MessageKind::kPull ? 1 : 0;
    return sent.message.kind == MessageKind::kSend;
  });
  cluster.Put(0, "k", "v");
  cluster.Settle();
  for (int i = 0; i < 10; ++i) {
    cluster.Inject(
        0, 1, {.kind = MessageKind::kWatermark, .instance = cluster.Id(0, 1)});
    cluster.Settle();
  }
  EXPECT_EQ(pulls, 1);
  // A channel that opens again asks again.
  cluster.DropWhere(nullptr);
  cluster.Crash(1);
  cluster.Restart(1);
  cluster.Run();
  EXPECT_EQ(cluster.Get(1, "k"), "v");
}

TEST(BroadcastTest, WhatWasAnsweredSurvivesACrash) {
  Cluster cluster(2, InBroadcastMode);
  cluster.Put(0, "k", "v");
  cluster.Settle();
  ASSERT_EQ(cluster.replies(0).size(), 1u);
  cluster.Crash(0);
  cluster.Restart(0);
  EXPECT_EQ(cluster.Get(0, "k"), "v");
}

TEST(BroadcastTest, MalformedPayloadsAreNotApplied) {
  Cluster cluster(2, InBroadcastMode);
  cluster.Settle();
  cluster.Inject(0, 1,
                 {.kind = MessageKind::kSend,
                  .instance = cluster.Id(0, 1),
                  .payload = Payload("no batch")});
  cluster.Run();
  EXPECT_TRUE(cluster.delivered(1).empty());
  ASSERT_EQ(cluster.faults(1).size(), 1u);
  EXPECT_EQ(cluster.faults(1)[0].kind, FaultKind::kMalformedPayload);
}

}  // namespace
}  // namespace distdb::broadcast
