// A node that runs for years: after a million instances it holds no more than
// after a thousand, in memory and on disk; and where one node is silent, no
// more than the budget for what is kept. DISTDB_INSTANCES says how many.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/bracha/engine.h"
#include "core/bracha/memory_bound.h"
#include "core/fifo.h"
#include "core/testing/allocation_counter.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

using ::distdb::testing::LiveAllocationCount;

constexpr int kNodes = 4;
constexpr size_t kPayloadBytes = 16;
constexpr size_t kCharge = kPayloadBytes + kRetainedInstanceBytes;

uint64_t Instances() {
  const char* text = std::getenv("DISTDB_INSTANCES");
  return text == nullptr ? 30'000 : std::strtoull(text, nullptr, 10);
}

class SeqDigester final : public Digester {
 public:
  Digest Compute(const InstanceId& id, absl::string_view) const override {
    Digest digest;
    const uint64_t words[] = {id.origin.value() + 1, id.seq.value()};
    std::memcpy(digest.bytes.data(), words, sizeof(words));
    return digest;
  }
};

// Four engines, of which the last may be silent: nothing reaches it and it says
// nothing. A disk is done at once and keeps what it must.
class Engines {
 public:
  explicit Engines(const Config& base, int up = kNodes) : up_(up) {
    for (int node = 0; node < up; ++node) {
      Config config = base;
      config.self = NodeId(node);
      config.nodes = kNodes;
      config.digester = &digester_;
      bound_ = MemoryBound(config);
      std::vector<Delivery> recovered;
      engines_.push_back(*Engine::Create(
          config, [](absl::string_view) { return true; }, {}, recovered));
    }
    disks_.resize(up);
    Tick();
    for (int node = 0; node < up; ++node) {
      for (int peer = 0; peer < up; ++peer) {
        if (peer == node) continue;
        engines_[node]->HandlePeerUp(NodeId(peer), effects_);
        CarryOut(node);
      }
    }
    Settle();
  }

  Engine& engine(int node) { return *engines_[node]; }
  size_t records(int node) const { return disks_[node].size(); }
  uint64_t delivered() const { return delivered_; }

  // The origins take turns. Time passes, so that watermarks are told.
  void Broadcast(int origin) {
    engines_[origin]->Propose(payload_, effects_);
    CarryOut(origin);
    Settle();
    if (++proposed_ % 16 == 0) Tick();
  }

  void Tick() {
    now_ = now_ + 20 * kMillisecond;
    for (int node = 0; node < up_; ++node) {
      engines_[node]->HandleTick(now_, effects_);
      CarryOut(node);
    }
    Settle();
  }

  void Hear(int node, int from, const Message& message) {
    engines_[node]->HandleMessage(NodeId(from), message, effects_);
    CarryOut(node);
    Settle();
  }

 private:
  void CarryOut(int node) {
    Engine& engine = *engines_[node];
    while (true) {
      Fifo<Token>& disk = disks_[node];
      Token last;
      for (const Record& record : effects_.persist) {
        last = record.token;
        disk.push_back(last);
      }
      while (!disk.empty() && disk.front() < effects_.discard_before) {
        disk.pop_front();
      }
      for (auto* sent : {&effects_.send, &effects_.send_after_persist}) {
        for (Envelope& envelope : *sent) {
          network_.push_back({NodeId(node), std::move(envelope)});
        }
      }
      delivered_ += effects_.delivered.size();
      effects_.Clear();
      if (engine.WantsEntries()) {
        engine.AppendEntries(Payload(std::string("all")), true, effects_);
        continue;
      }
      if (last == Token(0)) break;
      engine.HandlePersisted(last, effects_);
    }
    const MemoryUse use = engine.Memory();
    for (const MemoryTerm& term : kMemoryTerms) {
      ASSERT_LE(use.*term.bytes, bound_.*term.bytes) << term.name;
    }
  }

  void Settle() {
    while (!network_.empty()) {
      const auto [from, envelope] = network_.pop_front();
      for (const NodeId to : envelope.to) {
        const auto index = static_cast<int>(to.value());
        if (index >= up_) continue;
        engines_[index]->HandleMessage(from, envelope.message, effects_);
        CarryOut(index);
      }
    }
  }

  struct Sent {
    NodeId from;
    Envelope envelope;
  };

  const int up_;
  const SeqDigester digester_;
  const Payload payload_{std::string(kPayloadBytes, 'x')};
  MemoryUse bound_;
  Time now_{1};
  std::vector<std::unique_ptr<Engine>> engines_;
  std::vector<Fifo<Token>> disks_;
  Fifo<Sent> network_;
  Effects effects_;
  uint64_t proposed_ = 0;
  uint64_t delivered_ = 0;
};

TEST(LongRunTest, HoldsNoMoreInTheEndThanInTheBeginning) {
  Config config;
  config.snapshot_log_bytes = 64 * 1024;
  Engines engines(config);
  struct Peak {
    size_t memory = 0;
    size_t records = 0;
    int64_t allocations = 0;
  };
  const auto run = [&](uint64_t count) {
    Peak peak;
    for (uint64_t i = 0; i < count; ++i) {
      engines.Broadcast(static_cast<int>(i % kNodes));
      for (int node = 0; node < kNodes; ++node) {
        peak.memory =
            std::max(peak.memory, engines.engine(node).Memory().Total());
        peak.records = std::max(peak.records, engines.records(node));
      }
      peak.allocations = std::max(peak.allocations, LiveAllocationCount());
    }
    return peak;
  };
  const uint64_t count = Instances();
  const Peak early = run(5'000);
  const Peak late = run(count - 5'000);
  EXPECT_EQ(engines.delivered(), kNodes * count);
  EXPECT_LE(late.memory, early.memory);
  // Snapshots need not begin at the same place in the run each time.
  EXPECT_LE(late.records, early.records + early.records / 50);
  EXPECT_LE(late.allocations, early.allocations);
}

TEST(LongRunTest, ASilentNodeCostsEachOriginsShareAndNoMore) {
  const uint64_t count = Instances();
  const uint64_t share = count / 8;
  const uint64_t kept = 3 * share;
  Config config;
  config.snapshot_log_bytes = 64 * 1024;
  config.retained_bytes_max = kNodes * share * kCharge;
  config.retained_memory_bytes_max = 4 * 1'000 * kPayloadBytes;
  Engines engines(config, /*up=*/3);
  uint64_t accepted = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const int origin = static_cast<int>(i % 3);
    const absl::Status status = engines.engine(origin).Admission();
    if (!status.ok()) {
      ASSERT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
      ASSERT_EQ(status.message(),
                std::to_string(share * kCharge) +
                    " bytes are kept for a node that lacks them: bring it "
                    "back");
      engines.Tick();
      continue;
    }
    engines.Broadcast(origin);
    ++accepted;
  }
  EXPECT_EQ(accepted, kept);
  const MemoryUse full = engines.engine(0).Memory();
  EXPECT_LE(full.retained_payloads, config.retained_memory_bytes_max);
  EXPECT_EQ(full.retained_index, kept * sizeof(Archived));
  // All its payloads are on disk still, whatever has been cut off.
  EXPECT_GE(engines.records(0), kept);
  for (uint32_t origin = 0; origin < kNodes; ++origin) {
    for (int node = 0; node < 3; ++node) {
      const Seq all = engines.engine(node).Watermark(NodeId(origin));
      engines.Hear(node, 3,
                   {.kind = MessageKind::kWatermark,
                    .instance = {Epoch(1), NodeId(origin), all}});
    }
  }
  EXPECT_EQ(engines.engine(0).Memory().retained_index, 0u);
  EXPECT_TRUE(engines.engine(0).Admission().ok());
}

}  // namespace
}  // namespace distdb::bracha
