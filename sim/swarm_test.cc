// The drawn worlds, taken together: every fault strikes often enough to find
// something, and none so hard that nothing happens at all.
//
// The number of seeds is 1,000; SWARM_SEEDS in the environment changes it:
//   ./bazelw test --config=opt //sim:swarm_test --test_env=SWARM_SEEDS=10000

#include <array>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "sim/check_handler.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

// From which correct origins the correct nodes have delivered something that
// was proposed before the healing, while the faults lasted.
class Origins : public Observer {
 public:
  explicit Origins(NodeSet correct) : correct_(correct) {}

  void OnStep(Time, NodeId node, const Event&,
              const Effects& effects) override {
    if (!correct_.Contains(node)) return;
    for (const Record& record : effects.persist) {
      const InstanceId& id = record.instance;
      if (!healed_ && id.origin == node) hostile_.insert(id);
    }
    for (const Delivery& delivery : effects.delivered) {
      if (!hostile_.contains(delivery.instance)) continue;
      delivered_.Insert(delivery.instance.origin);
      if (!healed_) before_healing_.Insert(delivery.instance.origin);
    }
  }
  void OnHeal(Time) override { healed_ = true; }

  bool HasAll() const { return (delivered_ & correct_) == correct_; }
  bool HasAnyBeforeHealing() const {
    return !(before_healing_ & correct_).empty();
  }

 private:
  NodeSet correct_;
  std::set<InstanceId> hostile_;
  NodeSet delivered_;
  NodeSet before_healing_;
  bool healed_ = false;
};

uint64_t SeedsWanted() {
  const char* wanted = std::getenv("SWARM_SEEDS");
  return wanted == nullptr ? 1000 : std::stoull(wanted);
}

TEST(SwarmTest, EveryFaultStrikesInATwentiethOfTheSeedsAndMostDeliver) {
  InstallThrowingCheckHandler();
  const uint64_t seeds = SeedsWanted();
  std::array<uint64_t, kFaultNames> struck{};
  uint64_t deliver_all = 0;
  uint64_t deliver_early = 0;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    Origins origins(PlanOfSeed(seed, Shape()).Correct());
    Observer* const observers[] = {&origins};
    const RunResult result = RunSeed(seed, Shape(), observers);
    EXPECT_FALSE(result.violation.has_value()) << "seed " << seed;
    for (size_t i = 0; i < kFaultNames; ++i) {
      struck[i] += result.faults[static_cast<FaultName>(i)] > 0 ? 1 : 0;
    }
    deliver_all += origins.HasAll() ? 1 : 0;
    deliver_early += origins.HasAnyBeforeHealing() ? 1 : 0;
  }
  for (size_t i = 0; i < kFaultNames; ++i) {
    EXPECT_GE(struck[i] * 20, seeds)
        << FaultNameText(static_cast<FaultName>(i));
  }
  EXPECT_GE(deliver_all * 10, seeds * 9);
  // While the faults last, half of the seeds deliver from a correct origin.
  EXPECT_GE(deliver_early * 5, seeds * 2);
  RecordProperty("deliver_all", std::to_string(deliver_all));
  RecordProperty("deliver_early", std::to_string(deliver_early));
}

}  // namespace
}  // namespace distdb::sim
