// SeedReport: what a worker process tells of one seed, as plain bytes in a pipe
// between two ends of the same program.

#ifndef DISTDB_SIM_SEED_REPORT_H_
#define DISTDB_SIM_SEED_REPORT_H_

#include <cstdint>
#include <type_traits>

#include "core/config.h"
#include "sim/checkers/verdict.h"
#include "sim/fault_counters.h"

namespace distdb::sim {

struct SeedReport {
  uint64_t seed = 0;
  uint64_t events = 0;
  Mode mode = Mode::kBracha;
  uint8_t nodes = 0;  // 0: not known, nor is the mode; its process died.
  bool failed = false;
  Property property = Property::kCrash;  // If it failed.
  FaultCounters faults;
  uint64_t excused = 0;  // As in RunResult.
};
static_assert(std::is_trivially_copyable_v<SeedReport>);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SEED_REPORT_H_
