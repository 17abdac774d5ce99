// Handling a vote allocates nothing, once an engine is warm.

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/bracha/engine.h"
#include "core/testing/allocation_counter.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::AllocationCount;

constexpr NodeId kOrigin{1};
constexpr uint64_t kWarm = 200;

class SeqDigester final : public Digester {
 public:
  Digest Compute(const InstanceId& id, absl::string_view) const override {
    Digest digest;
    const uint64_t seq = id.seq.value();
    std::memcpy(digest.bytes.data(), &seq, sizeof(seq));
    return digest;
  }
};

// p0 of a cluster of four, to which the test plays the others.
class AllocationTest : public ::testing::Test {
 protected:
  AllocationTest() {
    Config config;
    config.self = NodeId(0);
    config.nodes = 4;
    config.digester = &digester_;
    std::vector<Delivery> recovered;
    engine_ = *Engine::Create(
        config, [](absl::string_view) { return true; }, {}, recovered);
    engine_->HandleTick(Time(1), effects_);
    for (const NodeId peer : peers_) {
      engine_->HandlePeerUp(peer, effects_);
      for (const NodeId origin : NodeSet::FirstN(4)) {
        Hear(peer, {.kind = MessageKind::kWatermark,
                    .instance = {Epoch(1), origin, Seq(0)}});
      }
    }
  }

  void Hear(NodeId from, const Message& message) {
    effects_.Clear();
    engine_->HandleMessage(from, message, effects_);
    Note();
  }

  void Persist() {
    const Token until = last_;
    effects_.Clear();
    engine_->HandlePersisted(until, effects_);
    Note();
  }

  // One vote of each peer. Returns how often that allocated.
  uint64_t Vote(MessageKind kind, Seq seq) {
    const InstanceId id{Epoch(1), kOrigin, seq};
    const Message vote{
        .kind = kind, .instance = id, .digest = digester_.Compute(id, "")};
    const uint64_t before = AllocationCount();
    for (const NodeId peer : peers_) Hear(peer, vote);
    return AllocationCount() - before;
  }

  // An instance of p1 from its SEND until all have it.
  uint64_t Broadcast(Seq seq) {
    const InstanceId id{Epoch(1), kOrigin, seq};
    Hear(kOrigin, {.kind = MessageKind::kSend,
                   .instance = id,
                   .payload = Payload(std::string("payload"))});
    Persist();
    uint64_t allocations = Vote(MessageKind::kEcho, seq);
    Persist();
    allocations += Vote(MessageKind::kReady, seq);
    Persist();
    delivered_ += effects_.delivered.size();
    allocations += Vote(MessageKind::kDelivered, seq);
    for (const NodeId peer : peers_) {
      Hear(peer, {.kind = MessageKind::kWatermark, .instance = id});
    }
    return allocations;
  }

  uint64_t delivered_ = 0;

 private:
  void Note() {
    if (!effects_.persist.empty()) last_ = effects_.persist.back().token;
  }

  const NodeSet peers_ = NodeSet::FirstN(4).Without(NodeId(0));
  SeqDigester digester_;
  std::unique_ptr<Engine> engine_;
  Effects effects_;
  Token last_;
};

TEST_F(AllocationTest, AVoteAllocatesNothing) {
  for (uint64_t seq = 1; seq <= kWarm; ++seq) Broadcast(Seq(seq));
  for (uint64_t seq = kWarm + 1; seq <= 2 * kWarm; ++seq) {
    ASSERT_EQ(Broadcast(Seq(seq)), 0u) << "seq " << seq;
  }
  // The votes were of use: each instance was delivered.
  EXPECT_EQ(delivered_, 2 * kWarm);
}

TEST_F(AllocationTest, TheCounterCounts) {
  const uint64_t before = AllocationCount();
  auto memory = std::make_unique<int>(1);
  EXPECT_EQ(AllocationCount(), before + 1);
}

}  // namespace
}  // namespace distdb::bracha
