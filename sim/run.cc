#include "sim/run.h"

#include "absl/strings/str_cat.h"
#include "sim/checkers/suite.h"
#include "sim/draw_plan.h"
#include "sim/run_hash.h"
#include "sim/world.h"

namespace distdb::sim {
namespace {

class ReplicasOf final : public Replicas {
 public:
  explicit ReplicasOf(const World* world) : world_(*world) {}
  const Replica* replica(NodeId node) const override {
    return world_.replica(node);
  }

 private:
  const World& world_;
};

RunResult RunWorld(const Plan& plan, Chooser* chooser,
                   absl::Span<Observer* const> observers,
                   std::optional<Property> only = std::nullopt) {
  Verdict verdict(only);
  World world(plan, chooser, &verdict);
  RunHash hash;
  world.AddObserver(&hash);
  CheckerSuite checkers(plan, &world, &verdict);
  const ReplicasOf replicas(&world);
  for (Observer* observer : observers) {
    world.AddObserver(observer);
    observer->OnBegin(replicas);
  }
  world.Run();
  return {.mode = plan.config.mode,
          .nodes = plan.nodes(),
          .events = world.events(),
          .hash = hash.Hex(),
          .end = world.now(),
          .violation = verdict.violation(),
          .faults = world.faults(),
          .excused = checkers.excused()};
}

}  // namespace

std::string ResultWord(const RunResult& run) {
  if (!run.violation.has_value()) return "held";
  return absl::StrCat("violated:", PropertyName(run.violation->property));
}

RunResult RunPlan(const Plan& plan, Driver* driver,
                  absl::Span<Observer* const> observers, Tape* record) {
  Chooser chooser(driver, record);
  return RunWorld(plan, &chooser, observers);
}

Plan PlanOfDriver(Driver* driver, const Shape& shape) {
  Chooser chooser(driver);
  return DrawPlan(chooser, shape);
}

RunResult RunDriver(Driver* driver, const Shape& shape,
                    absl::Span<Observer* const> observers, Tape* record) {
  Chooser chooser(driver, record);
  const Plan plan = DrawPlan(chooser, shape);
  return RunWorld(plan, &chooser, observers);
}

Plan PlanOfSeed(uint64_t seed, const Shape& shape) {
  SeedDriver driver(seed);
  return PlanOfDriver(&driver, shape);
}

RunResult RunSeed(uint64_t seed, const Shape& shape,
                  absl::Span<Observer* const> observers) {
  SeedDriver driver(seed);
  return RunDriver(&driver, shape, observers);
}

RunResult RunSeedFor(Property property, uint64_t seed, const Shape& shape) {
  SeedDriver driver(seed);
  Chooser chooser(&driver);
  const Plan plan = DrawPlan(chooser, shape);
  return RunWorld(plan, &chooser, {}, property);
}

}  // namespace distdb::sim
