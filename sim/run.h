// Run: one seed or one hand-written plan, from its plan to its verdict.

#ifndef DISTDB_SIM_RUN_H_
#define DISTDB_SIM_RUN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/checkers/verdict.h"
#include "sim/choice.h"
#include "sim/fault_counters.h"
#include "sim/observer.h"
#include "sim/plan.h"
#include "sim/shape.h"

namespace distdb::sim {

struct RunResult {
  Mode mode = Mode::kBracha;
  int nodes = 1;
  uint64_t events = 0;
  std::string hash;
  Time end;
  std::optional<Violation> violation;
  FaultCounters faults;
  // Writes after the healing that were refused for good, with a reason
  // (checkers/liveness.h).
  uint64_t excused = 0;
};

// "held" or "violated:Totality".
std::string ResultWord(const RunResult& run);

// Runs a plan; what it leaves open is asked of `driver`. `observers` see the
// run; none is owned. `record`, if given, becomes the tape of the run.
RunResult RunPlan(const Plan& plan, Driver* driver,
                  absl::Span<Observer* const> observers = {},
                  Tape* record = nullptr);

// The plan of a seed, and the run of it. Everything that `shape` does not fix
// is drawn from the seed.
Plan PlanOfSeed(uint64_t seed, const Shape& shape);
RunResult RunSeed(uint64_t seed, const Shape& shape,
                  absl::Span<Observer* const> observers = {});

// The plan that any driver draws, and the run of it; `record`, if given,
// becomes the tape of both.
Plan PlanOfDriver(Driver* driver, const Shape& shape);
RunResult RunDriver(Driver* driver, const Shape& shape,
                    absl::Span<Observer* const> observers = {},
                    Tape* record = nullptr);

// Whether `property` breaks in this run, whatever else may break before it.
RunResult RunSeedFor(Property property, uint64_t seed, const Shape& shape);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_RUN_H_
