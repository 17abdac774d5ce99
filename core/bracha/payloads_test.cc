// Payloads that a node lacks: who is asked, and what is believed.

#include <cstddef>
#include <string>

#include "core/bracha/engine.h"
#include "core/testing/cluster.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::Cluster;
using ::distdb::testing::InFlight;
using ::distdb::testing::PutPayload;
using ::distdb::testing::SendOf;
using ::distdb::testing::VoteOf;

TEST(PayloadsTest, APulledPayloadMustHaveTheDigest) {
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

TEST(PayloadsTest, APayloadThatIsNoLongerInMemoryIsLoadedForWhoLacksIt) {
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

}  // namespace
}  // namespace distdb::bracha
