#include "sim/answers.h"

#include <cstddef>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "sim/tape_text.h"

namespace distdb::sim {

absl::Status Answers::Load(const Flags& flags) {
  seed_ = flags.seed.value_or(0);
  is_tape_ = !flags.tape.empty();
  name_ = is_tape_ ? absl::StrCat("tape=", flags.tape)
                   : absl::StrCat("seed=", seed_);
  if (!is_tape_) return absl::OkStatus();
  std::ifstream file(flags.tape);
  if (!file) {
    return absl::NotFoundError(
        absl::StrCat("--tape=", flags.tape, ": cannot be read"));
  }
  std::ostringstream text;
  text << file.rdbuf();
  absl::StatusOr<Tape> tape = ReadTape(flags.tape, text.str());
  if (!tape.ok()) return tape.status();
  tape_ = *std::move(tape);
  return absl::OkStatus();
}

Plan Answers::DrawPlan(const Shape& shape) const {
  if (!is_tape_) return PlanOfSeed(seed_, shape);
  TapeDriver driver(&tape_);
  return PlanOfDriver(&driver, shape);
}

RunResult Answers::Run(const Shape& shape,
                       absl::Span<Observer* const> observers, Tape* record) {
  if (!is_tape_) {
    SeedDriver driver(seed_);
    return RunDriver(&driver, shape, observers, record);
  }
  TapeDriver driver(&tape_);
  const RunResult result = RunDriver(&driver, shape, observers, record);
  not_applied_.clear();
  for (const auto& [about, answer] : tape_) {
    if (driver.applied().contains(about)) continue;
    not_applied_.push_back(absl::StrCat(WriteAbout(about), " answer=", answer));
  }
  return result;
}

std::string Answers::TellNotApplied() const {
  if (not_applied_.empty()) return "";
  constexpr size_t kListedMax = 5;
  std::string text =
      absl::StrCat("did not apply, and what was decided instead was calm: ",
                   not_applied_.size(), " of ", tape_.size(), " decisions\n");
  for (size_t i = 0; i < not_applied_.size() && i < kListedMax; ++i) {
    absl::StrAppend(&text, "  ", not_applied_[i], "\n");
  }
  if (not_applied_.size() > kListedMax) text += "  …\n";
  return text;
}

std::string Answers::Suffix() const {
  return is_tape_ ? absl::StrCat(" not_applied=", not_applied_.size()) : "";
}

}  // namespace distdb::sim
