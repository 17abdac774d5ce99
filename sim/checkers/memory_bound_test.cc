// The checker is shown replicas that hold more than the configuration that they
// should have allows, as one would in which a limit is not enforced.

#include "sim/checkers/memory_bound.h"

#include <functional>
#include <memory>
#include <string>

#include "core/store/batch.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

constexpr size_t kMebibyte = 1024 * 1024;
const StandInDigester kDigester;

Config BaseConfig() {
  Config config;
  config.nodes = 4;
  config.window = 16;
  config.digester = &kDigester;
  return config;
}

// A replica of `config`, with everything that may be held for others or for
// clients filled by those who overdo it.
class Flooded {
 public:
  explicit Flooded(const Config& config)
      : replica_(*Replica::Create(config, {})) {
    Step(Tick{Time(1), WallTime(1)});
    for (uint64_t seq = 1; seq <= 16; ++seq) {
      const InstanceId id{Epoch(1), NodeId(1), Seq(seq)};
      BatchBuilder batch;
      batch.Add({MutationKind::kPut, "k", std::string(kMebibyte, 'x')});
      Step(Receive{NodeId(1),
                   {.kind = MessageKind::kSend,
                    .instance = id,
                    .payload = Payload(batch.Build(Timestamp(1)))}});
    }
    // Both wait: the write for the window, the read for a write to come.
    for (uint64_t i = 1; i <= 40; ++i) {
      Step(Request{
          ClientId(1), RequestId(i),
          Write{{{MutationKind::kPut, "k", std::string(kMebibyte, 'x')}}}});
      Step(Request{ClientId(1), RequestId(100 + i),
                   Get{std::string(64 * 1024, 'k'), {NodeId(2), Seq(1)}}});
    }
  }

  const Replica* replica() const { return replica_.get(); }

 private:
  void Step(const Event& event) {
    Effects effects;
    replica_->Step(event, effects);
  }

  std::unique_ptr<Replica> replica_;
};

// What a checker says that holds a flooded replica of `config` to the bound of
// `claimed`.
std::string Complaint(const Config& config, const Config& claimed) {
  Flooded flooded(config);
  Verdict verdict;
  MemoryBound checker(
      {.nodes = 4, .correct = NodeSet(0b1111), .honest = NodeSet(0b1111)},
      &verdict, claimed);
  const size_t largest = claimed.payload_bytes_max;
  checker.OnState(
      Time(6), NodeId(0),
      Receive{NodeId(1), {.payload = Payload(std::string(largest, 'x'))}},
      Effects(), *flooded.replica());
  if (!verdict.violation().has_value()) return "";
  EXPECT_EQ(verdict.violation()->property, Property::kMemoryBound);
  EXPECT_EQ(verdict.violation()->nodes, NodeSet::Of(NodeId(0)));
  return verdict.violation()->what;
}

TEST(MemoryBoundTest, HoldsForAReplicaThatIsFlooded) {
  EXPECT_EQ(Complaint(BaseConfig(), BaseConfig()), "");
}

TEST(MemoryBoundTest, BreaksWhereALimitIsNotEnforced) {
  const auto complaint = [](const std::function<void(Config&)>& tweak) {
    Config claimed = BaseConfig();
    tweak(claimed);
    return Complaint(BaseConfig(), claimed);
  };
  EXPECT_EQ(complaint([](Config& c) {
              c.window_bytes_max = 1;
              c.payload_bytes_max = kMebibyte + 1'000;
            }),
            "p0 holds 15728985 bytes of open_payloads; the bound is 8396612");
  EXPECT_THAT(complaint([](Config& c) { c.window = 1; }),
              ::testing::HasSubstr("bytes of open_votes"));
  EXPECT_THAT(complaint([](Config& c) { c.waiting_reads_bytes_max = 1; }),
              ::testing::HasSubstr("bytes of waiting_reads"));
}

}  // namespace
}  // namespace distdb::sim
