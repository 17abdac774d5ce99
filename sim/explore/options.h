// Options: the command line of `sim explore`, parsed and checked.

#ifndef DISTDB_SIM_EXPLORE_OPTIONS_H_
#define DISTDB_SIM_EXPLORE_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/explore/model.h"

namespace distdb::sim::explore {

struct Options {
  Model model;
  // About 3 GB, at worst, while the table of states grows.
  uint64_t states_max = 50'000'000;
  // It ends after so many seconds, not finished; 0: when it is finished.
  int seconds_max = 0;
  // The bug that is planted in core, or "".
  std::string mutant;
  // Where to write the run that breaks a property, as a scenario; or empty.
  std::string out;
};

// `arguments` without the program's name and the command. InvalidArgument: one
// line that names the flag at fault and the mend. Plants the bug that --mutant
// names, which may change what the quorums are.
absl::StatusOr<Options> ParseOptions(absl::Span<const std::string> arguments);

// One line per flag, for people.
absl::string_view OptionsUsage();

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_OPTIONS_H_
