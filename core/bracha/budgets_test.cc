// Byte budgets and full disks: what is refused, and that nothing is lost.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/bracha/engine.h"
#include "core/bracha/memory_bound.h"
#include "core/store/batch.h"
#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::InFlight;
using ::distdb::testing::PutPayload;
using ::distdb::testing::SendOf;
using ::distdb::testing::VoteOf;

TEST(BudgetsTest, ANodeThatIsDownHoldsBackWritesOnceTheBudgetIsFull) {
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

TEST(BudgetsTest, ALiarsFloodIsHeldToTheByteBudget) {
  Cluster cluster(4, [](Config& config) {
    config.window = 64;
    config.window_bytes_max = 4'000;
  });
  cluster.Settle();
  cluster.Silence(0);
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

// p1 has echoed what p0, a liar, sent it alone, and everyone else has decided
// for another payload. Both are as large as payloads get, and the budget of the
// stream has long been filled by what comes later in it.
TEST(BudgetsTest, AReadyQuorumAtLowFindsRoomBesideWhatWasEchoed) {
  const size_t largest = 1'200'000;
  Cluster cluster(4, [largest](Config& config) {
    config.payload_bytes_max = largest;
    config.window_bytes_max = 2 * largest;
  });
  cluster.Settle();
  cluster.DropWhere([](const InFlight&) { return true; });
  // Two mutations, as none may be that large.
  const auto payload = [largest](char fill) {
    BatchBuilder batch;
    const size_t body = largest - kBatchHeaderBytes;
    const size_t first = 400'000;
    batch.Add({MutationKind::kPut, "k", std::string(first - 10, fill)});
    batch.Add({MutationKind::kPut, "k", std::string(body - first - 10, fill)});
    return batch.Build(Timestamp(7));
  };
  const auto send = [&](uint64_t seq, char fill) {
    cluster.Step(1,
                 Receive{NodeId(0), SendOf(cluster.Id(0, seq), payload(fill))});
    cluster.Settle();
  };
  ASSERT_EQ(payload('x').size(), largest);
  for (const uint64_t seq : {2, 3, 4, 5}) send(seq, 'x');
  EXPECT_EQ(cluster.disk(1).size(), 2u) << "the budget holds two";
  send(1, 'a');
  ASSERT_EQ(cluster.disk(1).size(), 3u) << "low is echoed whatever is held";
  const InstanceId low = cluster.Id(0, 1);
  const Digest decided = cluster.DigestOf(low, payload('b'));
  for (const int from : {0, 2, 3}) {
    cluster.Step(
        1, Receive{NodeId(from), VoteOf(MessageKind::kReady, low, decided)});
  }
  cluster.Run(kSecond);
  cluster.Step(1, Receive{NodeId(2),
                          {.kind = MessageKind::kPayload,
                           .instance = low,
                           .payload = Payload(payload('b'))}});
  EXPECT_EQ(cluster.replica(1).Memory().open_payloads, 4 * largest);
  EXPECT_LE(4 * largest,
            bracha::MemoryBound(cluster.replica(1).config()).open_payloads / 4);
  cluster.Settle();
  ASSERT_EQ(cluster.delivered(1).size(), 1u);
  EXPECT_EQ(cluster.delivered(1)[0].digest, decided);
  EXPECT_EQ(cluster.replica(1).Memory().open_payloads, 2 * largest);
}

TEST(BudgetsTest, ATinyByteBudgetSlowsAStreamAndNeverBlocksIt) {
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

TEST(BudgetsTest, AFullDiskRefusesWritesAndLosesNothing) {
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

}  // namespace
}  // namespace distdb::bracha
