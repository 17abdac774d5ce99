#include "core/bracha/engine.h"

#include <set>
#include <string>
#include <vector>

#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::InFlight;
using ::distdb::testing::PutPayload;

// A node that is a liar says nothing by itself: the test speaks for it.
void Silence(Cluster& cluster, int liar) {
  cluster.DropWhere([liar](const InFlight& sent) { return sent.from == liar; });
}

Message SendOf(const InstanceId& id, const std::string& payload) {
  return {
      .kind = MessageKind::kSend, .instance = id, .payload = Payload(payload)};
}

Message VoteOf(MessageKind kind, const InstanceId& id, const Digest& digest) {
  return {.kind = kind, .instance = id, .digest = digest};
}

TEST(EngineTest, DeliversEverywhereForEveryClusterSize) {
  for (const int n : {1, 2, 3, 4, 5, 6, 7, 10, 13, 64}) {
    Cluster cluster(n);
    cluster.Put(0, "name", "alice");
    cluster.Run();
    for (int node = 0; node < n; ++node) {
      EXPECT_EQ(cluster.Get(node, "name"), "alice") << n << " nodes";
      EXPECT_EQ(cluster.delivered(node).size(), 1u);
      EXPECT_TRUE(cluster.faults(node).empty());
    }
    ASSERT_EQ(cluster.replies(0).size(), 1u);
    EXPECT_TRUE(cluster.replies(0)[0].status.ok());
    EXPECT_EQ(cluster.replies(0)[0].token, (Dot{NodeId(0), Seq(1)}));
  }
}

TEST(EngineTest, ComesToRestWhenAllHaveAll) {
  Cluster cluster(4);
  cluster.Put(1, "k", "v");
  cluster.Run(60 * kSecond);
  int sent = 0;
  cluster.DropWhere([&sent](const InFlight&) {
    ++sent;
    return false;
  });
  cluster.Run(600 * kSecond);
  EXPECT_EQ(sent, 0);
}

TEST(EngineTest, WritesOfOneTurnShareAnInstance) {
  Cluster cluster(4);
  for (int i = 0; i < 50; ++i) cluster.Put(0, "k" + std::to_string(i), "v");
  cluster.Run();
  EXPECT_EQ(cluster.delivered(3).size(), 1u);
  EXPECT_EQ(cluster.replies(0).size(), 50u);
  EXPECT_EQ(cluster.Get(3, "k49"), "v");
}

TEST(EngineTest, NothingIsSaidBeforeItIsDurable) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.Put(0, "k", "v");
  cluster.Tick(0);
  EXPECT_TRUE(cluster.network().empty());
  cluster.Sync(0);
  EXPECT_EQ(cluster.network().size(), 6u);  // SEND and ECHO to three peers.
}

TEST(EngineTest, TheOwnVoteCountsOnlyOnceItIsDurable) {
  Cluster cluster(4);
  cluster.Settle();
  Silence(cluster, 0);
  const InstanceId id = cluster.Id(0, 1);
  const std::string payload = PutPayload("k", "v");
  const Digest digest = cluster.DigestOf(id, payload);
  cluster.Step(1, Receive{NodeId(0), SendOf(id, payload)});
  cluster.Step(1, Receive{NodeId(2), VoteOf(MessageKind::kEcho, id, digest)});
  cluster.Step(1, Receive{NodeId(3), VoteOf(MessageKind::kEcho, id, digest)});
  // Two ECHOs and the own one, not yet on disk: no READY.
  cluster.Crash(1, /*kept=*/100);
  ASSERT_EQ(cluster.disk(1).size(), 1u);
  EXPECT_EQ(cluster.disk(1)[0].kind, RecordKind::kEcho);
}

TEST(EngineTest, OneValueWhereTheOriginEquivocates) {
  Cluster cluster(4);
  cluster.Settle();
  Silence(cluster, 0);
  const InstanceId id = cluster.Id(0, 1);
  const std::string a = PutPayload("k", "a");
  const std::string b = PutPayload("k", "b");
  cluster.Inject(0, 1, SendOf(id, a));
  cluster.Inject(0, 2, SendOf(id, a));
  cluster.Inject(0, 3, SendOf(id, b));
  for (int to = 1; to <= 3; ++to) {
    const std::string& value = to == 3 ? b : a;
    const Digest digest = cluster.DigestOf(id, value);
    cluster.Inject(0, to, VoteOf(MessageKind::kEcho, id, digest));
    cluster.Inject(0, to, VoteOf(MessageKind::kReady, id, digest));
  }
  cluster.Run();
  // `a` has three ECHOs at p1 and p2; p3, which echoed `b`, pulls `a`.
  for (int node = 1; node <= 3; ++node) {
    EXPECT_EQ(cluster.Get(node, "k"), "a") << "node " << node;
  }
}

TEST(EngineTest, BothPayloadsOfAnEquivocatorConvictIt) {
  Cluster cluster(4);
  cluster.Settle();
  Silence(cluster, 0);
  const InstanceId id = cluster.Id(0, 1);
  cluster.Inject(0, 1, SendOf(id, PutPayload("k", "a")));
  cluster.Inject(0, 1, SendOf(id, PutPayload("k", "b")));
  cluster.Settle();
  ASSERT_EQ(cluster.faults(1).size(), 1u);
  EXPECT_EQ(cluster.faults(1)[0].node, NodeId(0));
  EXPECT_EQ(cluster.faults(1)[0].kind, FaultKind::kConflictingSend);
}

TEST(EngineTest, ForgedAndMalformedMessagesConvictTheirSender) {
  Cluster cluster(4);
  cluster.Settle();
  Silence(cluster, 0);
  const std::string payload = PutPayload("k", "v");
  cluster.Inject(0, 1, SendOf(cluster.Id(2, 1), payload));
  cluster.Inject(0, 1, SendOf(cluster.Id(0, 1), "no batch"));
  cluster.Inject(0, 1, VoteOf(MessageKind::kEcho, cluster.Id(9, 1), {}));
  cluster.Inject(0, 1, VoteOf(MessageKind::kReady, cluster.Id(0, 0), {}));
  cluster.Inject(0, 1,
                 VoteOf(static_cast<MessageKind>(99), cluster.Id(0, 1), {}));
  cluster.Settle();
  std::vector<FaultKind> kinds;
  for (const Fault& fault : cluster.faults(1)) kinds.push_back(fault.kind);
  EXPECT_EQ(kinds,
            (std::vector<FaultKind>{
                FaultKind::kForgedSend, FaultKind::kMalformedPayload,
                FaultKind::kMalformedMessage, FaultKind::kMalformedMessage,
                FaultKind::kMalformedMessage}));
}

TEST(EngineTest, VotesOfAnotherEpochCountForNothing) {
  Cluster cluster(4);
  cluster.Settle();
  InstanceId id = cluster.Id(0, 1);
  id.epoch = Epoch(9);
  for (int from = 1; from <= 3; ++from) {
    cluster.Inject(from, 0, VoteOf(MessageKind::kDelivered, id, {}));
  }
  cluster.Run();
  EXPECT_TRUE(cluster.delivered(0).empty());
  EXPECT_EQ(cluster.replica(0).Watermark(NodeId(0)), Seq(0));
}

TEST(EngineTest, LossOfEveryFirstMessageDelaysButLosesNothing) {
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
TEST(EngineTest, APeerThatReadiedWithoutThePayloadIsSentIt) {
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

TEST(EngineTest, AStreamIsDeliveredInOrderWhenItsMessagesAreNot) {
  Cluster cluster(4);
  cluster.Settle();
  for (int i = 1; i <= 10; ++i) {
    cluster.Put(0, "k", std::to_string(i));
    cluster.Tick(0);
    cluster.Sync(0);
  }
  std::deque<InFlight>& network = cluster.network();
  std::reverse(network.begin(), network.end());
  cluster.Run();
  for (int node = 0; node < 4; ++node) {
    ASSERT_EQ(cluster.delivered(node).size(), 10u);
    for (uint64_t i = 0; i < 10; ++i) {
      EXPECT_EQ(cluster.delivered(node)[i].instance.seq, Seq(i + 1));
    }
  }
}

TEST(EngineTest, TheSenderKeepsToTheReceiversWindow) {
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

TEST(EngineTest, ANodeThatWasDownGetsWhatItMissed) {
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

TEST(EngineTest, FClaimsBringInNothing) {
  Cluster cluster(4);
  cluster.Settle();
  Silence(cluster, 0);
  const InstanceId id = cluster.Id(0, 1);
  const std::string payload = PutPayload("k", "invented");
  const Digest digest = cluster.DigestOf(id, payload);
  cluster.Inject(0, 1, VoteOf(MessageKind::kDelivered, id, digest));
  cluster.Inject(0, 1,
                 {.kind = MessageKind::kPayload,
                  .instance = id,
                  .payload = Payload(payload)});
  cluster.Run();
  EXPECT_TRUE(cluster.delivered(1).empty());
}

TEST(EngineTest, APulledPayloadMustHaveTheDigest) {
  Cluster cluster(4);
  cluster.Settle();
  cluster.DropWhere([](const InFlight& sent) {
    return sent.from == 0 || sent.message.kind == MessageKind::kPayload ||
           (sent.to == 1 && sent.message.kind == MessageKind::kSend);
  });
  const InstanceId id = cluster.Id(0, 1);
  const std::string payload = PutPayload("k", "v");
  cluster.Inject(0, 2, SendOf(id, payload));
  cluster.Inject(0, 3, SendOf(id, payload));
  const Digest digest = cluster.DigestOf(id, payload);
  for (int to = 1; to <= 3; ++to) {
    cluster.Inject(0, to, VoteOf(MessageKind::kEcho, id, digest));
  }
  cluster.Run(kSecond);
  ASSERT_EQ(cluster.delivered(2).size(), 1u);
  ASSERT_TRUE(cluster.delivered(1).empty());
  cluster.Inject(2, 1,
                 {.kind = MessageKind::kPayload,
                  .instance = id,
                  .payload = Payload(PutPayload("k", "forged"))});
  cluster.Settle();
  EXPECT_TRUE(cluster.delivered(1).empty());
  cluster.DropWhere([](const InFlight& sent) { return sent.from == 0; });
  cluster.Run();
  EXPECT_EQ(cluster.Get(1, "k"), "v");
}

TEST(EngineTest, APayloadThatIsNoLongerInMemoryIsLoadedForWhoLacksIt) {
  Cluster cluster(4,
                  [](Config& config) { config.retained_memory_bytes_max = 0; });
  cluster.Crash(3);
  cluster.Put(0, "k", "v");
  cluster.Run();
  cluster.Restart(3);
  cluster.Run();
  EXPECT_EQ(cluster.Get(3, "k"), "v");
  size_t loads = 0;
  for (int node = 0; node < 3; ++node) loads += cluster.loads(node).size();
  EXPECT_GT(loads, 0u);
}

TEST(EngineTest, ANodeThatIsDownHoldsBackWritesOnceTheBudgetIsFull) {
  Cluster cluster(4, [](Config& config) { config.retained_bytes_max = 2'000; });
  cluster.Crash(3);
  const std::string value(500, 'x');
  size_t refused = 0;
  for (int i = 0; i < 10; ++i) {
    cluster.Put(0, "k" + std::to_string(i), value);
    cluster.Run(kSecond);
  }
  for (const Reply& reply : cluster.replies(0)) {
    if (reply.status.code() == absl::StatusCode::kResourceExhausted) ++refused;
  }
  EXPECT_GT(refused, 0u);
  EXPECT_LT(refused, 10u);
  cluster.Restart(3);
  cluster.Run();
  cluster.Put(0, "after", "v");
  cluster.Run();
  EXPECT_TRUE(cluster.replies(0).back().status.ok())
      << cluster.replies(0).back().status;
  EXPECT_EQ(cluster.Get(3, "after"), "v");
}

TEST(EngineTest, ALiarsFloodIsHeldToTheByteBudget) {
  Cluster cluster(4, [](Config& config) {
    config.window = 64;
    config.window_bytes_max = 4'000;
  });
  cluster.Settle();
  Silence(cluster, 0);
  const std::string value(1'000, 'x');
  // `low` is not among them, so nothing moves on.
  for (uint64_t seq = 2; seq <= 64; ++seq) {
    cluster.Inject(0, 1, SendOf(cluster.Id(0, seq), PutPayload("k", value)));
  }
  cluster.Settle();
  EXPECT_EQ(cluster.disk(1).size(), 3u);
  // `low` always has room.
  cluster.Inject(0, 1, SendOf(cluster.Id(0, 1), PutPayload("k", value)));
  cluster.Settle();
  EXPECT_EQ(cluster.disk(1).size(), 4u);
}

TEST(EngineTest, ATinyByteBudgetSlowsAStreamAndNeverBlocksIt) {
  Cluster cluster(4, [](Config& config) { config.window_bytes_max = 1; });
  for (int i = 0; i < 10; ++i) {
    cluster.Put(i % 4, "k" + std::to_string(i), std::string(100, 'x'));
    cluster.Tick(i % 4);
  }
  cluster.Run();
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(cluster.replica(node).store().live_keys(), 10u);
  }
}

TEST(EngineTest, AFullDiskRefusesWritesAndLosesNothing) {
  Cluster cluster(4);
  cluster.Put(0, "before", "v");
  cluster.Run();
  cluster.FillDisk(1);
  cluster.Put(0, "during", "v");
  cluster.Run(kSecond);
  EXPECT_EQ(cluster.Get(0, "during"), "v");  // The other three suffice.
  EXPECT_EQ(cluster.Get(1, "during"), "(nil)");
  cluster.Put(1, "refused", "v");
  ASSERT_EQ(cluster.replies(1).size(), 1u);
  EXPECT_EQ(cluster.replies(1)[0].status.code(),
            absl::StatusCode::kUnavailable);
  cluster.EmptyDisk(1);
  cluster.Run();
  EXPECT_EQ(cluster.Get(1, "during"), "v");
  cluster.Crash(1);
  cluster.Restart(1);
  cluster.Run();
  EXPECT_EQ(cluster.Get(1, "during"), "v");
}

// Runs three writes, with a crash of `victim` at its `at`-th sync, of which the
// first `kept` records survive. The cluster watches that no vote is
// contradicted. Returns false when `at` is beyond the run.
bool CrashAt(int victim, int at, size_t kept) {
  Cluster cluster(4, [](Config& config) { config.window = 2; });
  int syncs = 0;
  bool crashed = false;
  const auto settle = [&] {
    for (bool progress = true; progress;) {
      progress = cluster.DeliverOne();
      for (int node = 0; node < 4; ++node) {
        if (!cluster.alive(node)) continue;
        if (node == victim && !crashed && syncs++ == at) {
          cluster.Crash(node, kept);
          crashed = true;
          progress = true;
          continue;
        }
        const size_t before = cluster.disk(node).size();
        cluster.Sync(node);
        progress |= cluster.disk(node).size() != before;
      }
    }
  };
  for (int i = 0; i < 3; ++i) {
    const int writer = i % 2;
    if (cluster.alive(writer)) {
      cluster.Put(writer, "k" + std::to_string(i), "v");
      cluster.Tick(writer);
    }
    settle();
  }
  if (!crashed) return false;
  cluster.Run(kSecond);
  cluster.Restart(victim);
  cluster.Put(2, "after", "v");
  cluster.Run(120 * kSecond);
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(cluster.Get(node, "after"), "v");
    EXPECT_TRUE(cluster.faults(node).empty()) << "a correct node is convicted";
    EXPECT_EQ(cluster.replica(node).store().entries(),
              cluster.replica(0).store().entries())
        << "node " << node;
  }
  return true;
}

TEST(EngineTest, ACrashAtAnyPointWithAnyRecordsLostContradictsNothing) {
  for (const int victim : {0, 1, 3}) {
    for (size_t kept = 0; kept < 4; ++kept) {
      int at = 0;
      while (CrashAt(victim, at, kept)) {
        ++at;
        if (HasFailure()) {
          FAIL() << "victim " << victim << " at " << at << " kept " << kept;
        }
      }
      EXPECT_GT(at, 10);
    }
  }
}

TEST(EngineTest, RecordsThatNoCrashExplainsAreRefused) {
  Cluster cluster(1);
  cluster.Put(0, "k", "v");
  cluster.Run();
  const std::vector<Record> good = cluster.disk(0);
  ASSERT_EQ(good.size(), 3u);  // ECHO, READY, DELIVERED.
  const Config config = cluster.replica(0).config();
  const auto status = [&config](const std::vector<Record>& records) {
    return Replica::Create(config, records).status().code();
  };
  EXPECT_EQ(status(good), absl::StatusCode::kOk);
  std::vector<Record> records = good;
  records.erase(records.begin());
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
  records = good;
  records[1].token = Token(1);
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
  records = good;
  records[0].instance.epoch = Epoch(2);
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
  records = {good[0], good[0]};
  records[1].token = Token(2);
  records[1].digest = Digest();
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
  records = good;
  records[0].kind = RecordKind::kApplied;
  EXPECT_EQ(status(records), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace distdb::bracha
