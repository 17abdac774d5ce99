// Answers: where the answers of a replayed run come from: a seed or a tape.

#ifndef DISTDB_SIM_ANSWERS_H_
#define DISTDB_SIM_ANSWERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "sim/choice.h"
#include "sim/flags.h"
#include "sim/observer.h"
#include "sim/plan.h"
#include "sim/run.h"
#include "sim/shape.h"

namespace distdb::sim {

class Answers {
 public:
  // From --seed or --tape. An error names the file, and the line.
  absl::Status Load(const Flags& flags);

  // "seed=3" or "tape=FILE".
  const std::string& name() const { return name_; }

  Plan DrawPlan(const Shape& shape) const;
  // `record`, if given, becomes the tape of the run.
  RunResult Run(const Shape& shape, absl::Span<Observer* const> observers,
                Tape* record = nullptr);

  // After a run of a tape: how many of its decisions came to nothing, and the
  // first ones; "" if all applied.
  std::string TellNotApplied() const;
  // For the last line: " not_applied=K" of a tape, or nothing.
  std::string Suffix() const;

 private:
  bool is_tape_ = false;
  uint64_t seed_ = 0;
  std::string name_;
  Tape tape_;
  std::vector<std::string> not_applied_;  // As lines of the tape.
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ANSWERS_H_
