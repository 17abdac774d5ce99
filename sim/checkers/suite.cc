#include "sim/checkers/suite.h"

#include "sim/checkers/agreement.h"
#include "sim/checkers/claims.h"
#include "sim/checkers/convergence.h"
#include "sim/checkers/integrity.h"
#include "sim/checkers/memory_bound.h"
#include "sim/checkers/no_false_conviction.h"
#include "sim/checkers/read_your_writes.h"
#include "sim/checkers/totality.h"
#include "sim/checkers/validity.h"
#include "sim/checkers/window_respected.h"

namespace distdb::sim {

CheckerSuite::CheckerSuite(const Plan& plan, World* world, Verdict* verdict) {
  const Population population{.nodes = plan.nodes(),
                              .correct = plan.Correct(),
                              .honest = plan.Honest()};
  const auto add = [&](Property property, auto make) {
    if (Claims(plan, property)) checkers_.push_back(make());
  };
  add(Property::kAgreement,
      [&] { return std::make_unique<Agreement>(population, verdict); });
  add(Property::kIntegrity,
      [&] { return std::make_unique<Integrity>(population, verdict); });
  add(Property::kNoFalseConviction,
      [&] { return std::make_unique<NoFalseConviction>(population, verdict); });
  add(Property::kReadYourWrites,
      [&] { return std::make_unique<ReadYourWrites>(population, verdict); });
  add(Property::kTotality,
      [&] { return std::make_unique<Totality>(population, verdict); });
  add(Property::kValidity,
      [&] { return std::make_unique<Validity>(population, verdict); });
  add(Property::kConvergence, [&] {
    return std::make_unique<Convergence>(
        population, verdict,
        [world](NodeId node) { return world->replica(node); });
  });
  add(Property::kLiveness, [&] {
    auto liveness = std::make_unique<Liveness>(
        population, verdict,
        [world](NodeId node) { return world->IsHeldBack(node); });
    liveness_ = liveness.get();
    return liveness;
  });
  for (const auto& checker : checkers_) world->AddChecker(checker.get());
  if (Claims(plan, Property::kMemoryBound)) {
    memory_bound_ =
        std::make_unique<MemoryBound>(population, verdict, plan.config);
    world->AddStateChecker(memory_bound_.get());
  }
  if (Claims(plan, Property::kWindowRespected)) {
    window_respected_ = std::make_unique<WindowRespected>(population, verdict,
                                                          plan.config.window);
    world->AddStateChecker(window_respected_.get());
  }
}

}  // namespace distdb::sim
