// ShrinkFailure: a failure from beginning to end, for both commands.

#ifndef DISTDB_SIM_SHRINK_RESULT_H_
#define DISTDB_SIM_SHRINK_RESULT_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "sim/checkers/verdict.h"
#include "sim/scenario/scenario.h"

namespace distdb::sim {

struct Shrunk {
  Scenario scenario;
  std::string text;  // Of its file.
  uint64_t decisive = 0;
  uint64_t runs = 0;
};

struct ShrinkLimits {
  uint64_t runs = 50'000;
  // Asked before each run.
  std::function<bool()> may_go_on = [] { return true; };
  // Told after each part of a round how many decisive events are left.
  std::function<void(const std::string& part, size_t decisive)> tell =
      [](const std::string&, size_t) {};
};

// `scenario` breaks `property`, or is thought to: FailedPrecondition if it does
// not. What comes back expects that, and its text has been read back and run.
// `comment`: the first lines of its text, each with its #; or "".
absl::StatusOr<Shrunk> ShrinkFailure(const Scenario& scenario,
                                     Property property,
                                     const std::string& comment,
                                     const ShrinkLimits& limits);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SHRINK_RESULT_H_
