#include "core/broadcast/broadcast.h"

#include <cstddef>
#include <string>
#include <vector>

#include "core/snapshot.h"
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
  cluster.Crash(1);
  cluster.Put(0, "k", "v");
  cluster.Settle();
  int pulls = 0;
  cluster.DropWhere([&pulls](const InFlight& sent) {
    pulls += sent.message.kind == MessageKind::kPull ? 1 : 0;
    return sent.message.kind == MessageKind::kSend;
  });
  cluster.Restart(1);
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

void SnapshotOften(Config& config) {
  config.mode = Mode::kBroadcast;
  config.snapshot_log_bytes = 2000;
}

// Overwrites a few keys at the nodes that are up, in turn.
void Overwrite(Cluster& cluster, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    const int node = i % cluster.nodes();
    if (!cluster.alive(node)) continue;
    cluster.Put(node, "key" + std::to_string(i % 5),
                "value" + std::to_string(i));
    cluster.Settle();
  }
  cluster.Run(kSecond);
}

void ExpectAllHold(Cluster& cluster, int first, int last) {
  for (int node = 0; node < cluster.nodes(); ++node) {
    for (int i = first; i <= last; ++i) {
      EXPECT_EQ(cluster.Get(node, "key" + std::to_string(i % 5)),
                "value" + std::to_string(i))
          << node;
    }
  }
}

TEST(BroadcastTest, WhatAllHaveIsForgottenAndTheLogStaysShort) {
  Cluster cluster(3, SnapshotOften);
  cluster.Settle();
  for (int round = 0; round < 40; ++round) {
    Overwrite(cluster, round * 10, 10);
    for (int node = 0; node < 3; ++node) {
      EXPECT_EQ(cluster.replica(node).Memory().retained_payloads, 0u);
      EXPECT_LT(cluster.disk(node).size(), 100u);
    }
  }
  EXPECT_GT(cluster.delivered(0).size(), 300u);
  const Seq watermark = cluster.replica(1).Watermark(NodeId(2));
  for (int node = 0; node < 3; ++node) cluster.Crash(node);
  for (int node = 0; node < 3; ++node) cluster.Restart(node);
  ExpectAllHold(cluster, 395, 399);
  EXPECT_EQ(cluster.replica(1).Watermark(NodeId(2)), watermark);
  // Its streams go on, so that what is written now is news to the others.
  Overwrite(cluster, 400, 30);
  ExpectAllHold(cluster, 425, 429);
}

TEST(BroadcastTest, WhatAMemberLacksIsKeptOverSnapshotsAndRestarts) {
  Cluster cluster(3, SnapshotOften);
  cluster.Settle();
  Overwrite(cluster, 0, 30);
  cluster.Crash(2);
  Overwrite(cluster, 30, 100);
  ASSERT_TRUE(FindSnapshot(cluster.disk(0)).has_value());
  EXPECT_GT(cluster.replica(0).Memory().retained_payloads, 0u);
  cluster.Crash(0);
  cluster.Crash(1);
  cluster.Restart(0);
  cluster.Restart(1);
  Overwrite(cluster, 130, 30);
  cluster.Restart(2);
  cluster.Run();
  for (int origin = 0; origin < 3; ++origin) {
    EXPECT_EQ(cluster.replica(2).Watermark(NodeId(origin)),
              cluster.replica(0).Watermark(NodeId(origin)));
  }
  for (int node = 1; node < 3; ++node) {
    EXPECT_TRUE(cluster.replica(node).store().entries() ==
                cluster.replica(0).store().entries());
  }
  Overwrite(cluster, 160, 3);
  EXPECT_EQ(cluster.replica(0).Memory().retained_payloads, 0u);
}

TEST(BroadcastTest, AMemberThatStaysAwayCostsItsBudgetAndNoMore) {
  Cluster cluster(3, [](Config& config) {
    SnapshotOften(config);
    config.retained_bytes_max = 2000;
  });
  cluster.Settle();
  cluster.Crash(2);
  Overwrite(cluster, 0, 300);
  EXPECT_EQ(cluster.replies(0).back().status.code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_LT(cluster.replica(0).Memory().retained_payloads, 2200u);
  EXPECT_LT(cluster.disk(0).size(), 200u);
  cluster.Restart(2);
  cluster.Run();
  Overwrite(cluster, 300, 6);
  EXPECT_TRUE(cluster.replies(0).back().status.ok());
}

TEST(BroadcastTest, ASnapshotOfAnotherModeIsRefused) {
  Cluster naive(4, SnapshotOften);
  Cluster bracha(4, [](Config& config) { config.snapshot_log_bytes = 2000; });
  for (Cluster* cluster : {&naive, &bracha}) {
    cluster->Settle();
    Overwrite(*cluster, 0, 100);
    // Of the snapshot alone, without the records that tell the modes apart.
    std::vector<Record> records;
    const auto place = FindSnapshot(cluster->disk(0));
    ASSERT_TRUE(place.has_value());
    for (size_t i = place->begin; i <= place->end; ++i) {
      const Record& record = cluster->disk(0)[i];
      if (IsOfSnapshot(record.kind)) records.push_back(record);
    }
    Config config = cluster->replica(0).config();
    EXPECT_TRUE(Replica::Create(config, records).ok());
    config.mode = cluster == &naive ? Mode::kBracha : Mode::kBroadcast;
    EXPECT_EQ(Replica::Create(config, records).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace distdb::broadcast
