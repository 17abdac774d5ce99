// Snapshots in the log: what a node that starts from one has, and what it may
// throw away.

#include "core/snapshot.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

using ::distdb::testing::Cluster;

void SnapshotOften(Config& config) { config.snapshot_log_bytes = 2'000; }

// Overwrites a few keys, with deletes among them, at all nodes in turn.
void Write(Cluster& cluster, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    const int node = i % cluster.nodes();
    if (!cluster.alive(node)) continue;
    cluster.Put(node, "key" + std::to_string(i % 7),
                "value" + std::to_string(i));
    if (i % 3 == 0) cluster.Settle();
  }
  cluster.Run(kSecond);
}

// Tells of all that `event` made the replica do, but for times.
std::string Sent(Replica& replica, const Event& event) {
  Effects effects;
  replica.Step(event, effects);
  std::string text;
  for (const std::vector<Envelope>* envelopes :
       {&effects.send, &effects.send_after_persist}) {
    for (const Envelope& envelope : *envelopes) {
      const Message& message = envelope.message;
      text += std::string(MessageKindName(message.kind)) + " " +
              std::to_string(message.instance.origin.value()) + ":" +
              std::to_string(message.instance.seq.value()) + " " +
              std::string(message.digest.bytes.begin(),
                          message.digest.bytes.end()) +
              std::string(message.payload.bytes()) + "\n";
    }
  }
  return text;
}

void ExpectSameReplica(const Config& config, const std::vector<Record>& full,
                       const std::vector<Record>& cut) {
  const auto first = Replica::Create(config, full);
  const auto second = Replica::Create(config, cut);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE((*first)->store().entries() == (*second)->store().entries());
  EXPECT_EQ((*first)->store().live_keys(), (*second)->store().live_keys());
  for (int origin = 0; origin < config.nodes; ++origin) {
    EXPECT_EQ((*first)->Watermark(NodeId(origin)),
              (*second)->Watermark(NodeId(origin)));
  }
  const NodeId peer((config.self.value() + 1) % config.nodes);
  const auto both = [&](const Event& event) {
    EXPECT_EQ(Sent(**first, event), Sent(**second, event));
  };
  both(Tick{Time(1), WallTime(1)});
  both(PeerUp{peer});
  for (int origin = 0; origin < config.nodes; ++origin) {
    const Seq watermark = (*first)->Watermark(NodeId(origin));
    both(Receive{peer,
                 {.kind = MessageKind::kWatermark,
                  .instance = {config.epoch, NodeId(origin), watermark}}});
  }
  // The clock, and the next seq of the own stream.
  both(Request{ClientId(1), RequestId(1),
               distdb::Write{{{MutationKind::kPut, "new", "value"}}}});
  both(Tick{Time(2), WallTime(2)});
  both(Persisted{Token(1'000'000)});
}

TEST(SnapshotTest, ARestartFromOneIsARestartFromTheWholeLog) {
  // The same run, once with a log that is never cut.
  Cluster whole(4);
  Cluster cut(4, &SnapshotOften);
  for (Cluster* cluster : {&whole, &cut}) {
    cluster->Settle();
    for (int round = 0; round < 10; ++round) Write(*cluster, 20 * round, 20);
  }
  ASSERT_FALSE(FindSnapshot(whole.disk(1)).has_value());
  ASSERT_TRUE(FindSnapshot(cut.disk(1)).has_value());
  EXPECT_LT(cut.disk(1).size(), whole.disk(1).size() / 4);
  ASSERT_NO_FATAL_FAILURE(
      ExpectSameReplica(whole.replica(1).config(), whole.disk(1), cut.disk(1)));
}

TEST(SnapshotTest, OpenVotesComeBackFromOne) {
  // Nothing of node 0's last write is delivered: two nodes of four are there.
  Cluster cluster(4, &SnapshotOften);
  cluster.Settle();
  Write(cluster, 0, 40);
  cluster.Crash(2);
  cluster.Crash(3);
  cluster.Put(0, "open", "value");
  cluster.Settle();
  const Seq open = cluster.replica(0).Watermark(NodeId(0)) + 1;
  // Of this, and of the votes for it, the log grows and is cut.
  for (int i = 0; i < 40; ++i) {
    cluster.Put(0, "more", std::string(100, 'x'));
    cluster.Settle();
  }
  const auto place = FindSnapshot(cluster.disk(1));
  ASSERT_TRUE(place.has_value());
  bool found = false;
  for (size_t i = place->begin; i < place->end; ++i) {
    const Record& record = cluster.disk(1)[i];
    found = found || (record.kind == RecordKind::kSnapshotEcho &&
                      record.instance == cluster.Id(0, open.value()));
  }
  EXPECT_TRUE(found);
  for (const int node : {0, 1}) cluster.Crash(node);
  for (const int node : {0, 1, 2, 3}) cluster.Restart(node);
  cluster.Run();
  // The cluster itself watches that no vote contradicts an earlier one.
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(cluster.Get(node, "open"), "value");
  }
}

TEST(SnapshotTest, ACrashAtAnyPointOfOneLosesNothing) {
  for (size_t kept = 0; kept < 6; ++kept) {
    Cluster cluster(4, &SnapshotOften);
    cluster.Settle();
    for (int round = 0; round < 30; ++round) {
      cluster.Put(0, "key" + std::to_string(round), std::string(90, 'v'));
      for (int step = 0; step < 3 * round; ++step) cluster.DeliverOne();
      cluster.Tick(1);
      cluster.Crash(1, kept);
      ASSERT_NO_FATAL_FAILURE(cluster.Restart(1));
      cluster.Run(kSecond);
    }
    for (int round = 0; round < 30; ++round) {
      EXPECT_EQ(cluster.Get(1, "key" + std::to_string(round)),
                std::string(90, 'v'));
    }
  }
}

TEST(SnapshotTest, WhatAMemberLacksOutlastsTheCut) {
  Cluster cluster(4, [](Config& config) {
    SnapshotOften(config);
    config.retained_memory_bytes_max = 0;
  });
  cluster.Settle();
  cluster.Crash(3);
  Write(cluster, 0, 200);
  for (const int node : {0, 1, 2}) {
    cluster.Crash(node);
    ASSERT_NO_FATAL_FAILURE(cluster.Restart(node));
  }
  cluster.Restart(3);
  cluster.Run();
  EXPECT_TRUE(cluster.replica(3).store().entries() ==
              cluster.replica(0).store().entries());
}

TEST(SnapshotTest, TheLogOfAnIdleOrBusyNodeStaysBounded) {
  Cluster cluster(4, &SnapshotOften);
  cluster.Settle();
  size_t largest = 0;
  for (int round = 0; round < 40; ++round) {
    Write(cluster, 20 * round, 20);
    if (round >= 4) largest = std::max(largest, cluster.disk(1).size());
  }
  EXPECT_LT(largest, 300u);
}

TEST(SnapshotTest, AHeaderOfAnotherClusterIsRefused) {
  Record record{.token = Token(3), .kind = RecordKind::kSnapshotBegin};
  record.payload = EncodeSnapshotHeader({{{Seq(1), Seq(5)}, {Seq(5), Seq(9)}}});
  const auto read = DecodeSnapshotHeader(record, 2);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->positions[1].low, Seq(9));
  EXPECT_EQ(DecodeSnapshotHeader(record, 3).status().code(),
            absl::StatusCode::kDataLoss);
  record.payload = EncodeSnapshotHeader({{{Seq(6), Seq(5)}, {Seq(1), Seq(1)}}});
  EXPECT_EQ(DecodeSnapshotHeader(record, 2).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(SnapshotTest, OnAFullDiskOneIsWrittenBeforeAnythingNewIsTakenOn) {
  const testing::TestDigester digester;
  Config config;
  config.nodes = 4;
  config.digester = &digester;
  config.snapshot_log_bytes = 100'000;
  const auto replica = Replica::Create(config, {});
  ASSERT_TRUE(replica.ok()) << replica.status();
  Time now(1);
  const auto step = [&](const Event& event) {
    Effects effects;
    (*replica)->Step(event, effects);
    return effects;
  };
  const auto write = [&](size_t bytes) {
    return step(Request{
        ClientId(1), RequestId(1),
        distdb::Write{{{MutationKind::kPut, "key", std::string(bytes, 'v')}}}});
  };
  // Whether node 1's first write is echoed, if it is sent now.
  const auto echoes = [&] {
    const Effects effects = step(Receive{
        NodeId(1), testing::SendOf({config.epoch, NodeId(1), Seq(1)},
                                   testing::PutPayload("theirs", "value"))});
    return !effects.persist.empty();
  };
  step(Tick{now, WallTime(1)});
  write(10'000);
  std::vector<Record> records = step(Tick{now, WallTime(1)}).persist;
  ASSERT_EQ(records.size(), 1u);
  EXPECT_FALSE((*replica)->IsMakingRoom());
  step(PersistFailed{records[0].token, "no space left"});
  EXPECT_TRUE((*replica)->IsMakingRoom());
  EXPECT_GT((*replica)->SnapshotBytesMax(), 10'000u);
  EXPECT_FALSE(echoes());

  // There is room again, for what was refused and for a snapshot.
  now = now + config.resend_interval;
  records = step(Tick{now, WallTime(1)}).persist;
  ASSERT_EQ(records.size(), 1u);
  std::vector<RecordKind> kinds;
  bool discarded = false;
  for (int i = 0; i < 20 && (*replica)->IsMakingRoom(); ++i) {
    const Effects effects = step(Persisted{records.back().token});
    records = effects.persist;
    for (const Record& record : records) kinds.push_back(record.kind);
    discarded = discarded || effects.discard_before > Token(0);
    if (!(*replica)->IsMakingRoom()) break;
    EXPECT_FALSE(echoes());
    const Effects refused = write(1);
    ASSERT_EQ(refused.replies.size(), 1u);
    EXPECT_EQ(refused.replies[0].status.code(), absl::StatusCode::kUnavailable);
  }
  EXPECT_FALSE((*replica)->IsMakingRoom());
  EXPECT_TRUE(discarded);
  ASSERT_FALSE(kinds.empty());
  EXPECT_EQ(kinds.front(), RecordKind::kSnapshotBegin);
  EXPECT_EQ(kinds.back(), RecordKind::kSnapshotEnd);
  EXPECT_TRUE(echoes());
  EXPECT_TRUE(write(1).replies.empty());
}

}  // namespace
}  // namespace distdb
