// Payloads that a node lacks: who is asked, and what is believed.

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

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

// p1 of seven has a READY quorum for p0's instance and no payload: p0, p2, p3
// and p4 have echoed it, p5 has only readied it. Nobody is heard but by the
// test.
class PullTest : public ::testing::Test {
 protected:
  static constexpr int kNodes = 7;

  PullTest() {
    cluster_.Settle();
    cluster_.DropWhere([this](const InFlight& sent) {
      if (sent.message.kind == MessageKind::kPull) {
        asked_.push_back(sent.to);
        times_.push_back(cluster_.now());
      }
      return true;
    });
    for (const int node : {0, 2, 3, 4}) Vote(node, MessageKind::kEcho);
    for (const int node : {2, 3, 4, 5}) Vote(node, MessageKind::kReady);
  }

  void Vote(int node, MessageKind kind) {
    cluster_.Step(1, Receive{NodeId(node), VoteOf(kind, id_, digest_)});
    cluster_.Settle();
  }

  Cluster cluster_{kNodes};
  const InstanceId id_ = cluster_.Id(0, 1);
  const std::string payload_ = PutPayload("k", "v");
  const Digest digest_ = cluster_.DigestOf(id_, payload_);
  std::vector<int> asked_;  // In order, and when.
  std::vector<Time> times_;
};

TEST_F(PullTest, OneThatIsNotAnsweredGoesToAnotherWhoHasEchoedIt) {
  cluster_.Run(5 * kSecond);
  ASSERT_GE(asked_.size(), 5u);
  for (size_t i = 1; i < asked_.size(); ++i) {
    EXPECT_NE(asked_[i], asked_[i - 1]) << "the same peer again";
  }
  for (const int who : {0, 2, 3, 4}) {
    EXPECT_EQ(std::count(asked_.begin(), asked_.begin() + 4, who), 1);
  }
  EXPECT_EQ(std::count(asked_.begin(), asked_.end(), 5), 0)
      << "who has only readied it may lack it, too";
}

TEST_F(PullTest, EachWaitsTwiceAsLongAsTheOneBefore) {
  cluster_.Run(60 * kSecond);
  const Config& config = cluster_.replica(1).config();
  Duration wait = config.resend_interval;
  ASSERT_GE(times_.size(), 10u);
  for (size_t i = 1; i < times_.size(); ++i) {
    EXPECT_EQ(times_[i] - times_[i - 1], wait) << "before the " << i << "th";
    wait = std::min(2 * wait, config.resend_interval_max);
  }
}

TEST_F(PullTest, EndsWithThePayloadAndNotWithAnother) {
  cluster_.Run(kSecond);
  const auto answer = [&](const std::string& payload) {
    cluster_.Step(1, Receive{NodeId(2),
                             {.kind = MessageKind::kPayload,
                              .instance = id_,
                              .payload = Payload(payload)}});
    cluster_.Settle();
  };
  answer(PutPayload("k", "forged"));
  EXPECT_TRUE(cluster_.faults(1).empty()) << "it may have echoed that";
  answer("no batch");
  ASSERT_EQ(cluster_.faults(1).size(), 1u);
  EXPECT_EQ(cluster_.faults(1)[0].node, NodeId(2));
  EXPECT_EQ(cluster_.faults(1)[0].kind, FaultKind::kMalformedPayload);
  EXPECT_EQ(cluster_.Get(1, "k"), "(nil)");
  answer(payload_);
  EXPECT_EQ(cluster_.Get(1, "k"), "v");
  const size_t asked = asked_.size();
  cluster_.Run(60 * kSecond);
  EXPECT_EQ(asked_.size(), asked);
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
