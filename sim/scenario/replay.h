// ReplayScenario: the command `sim replay SCENARIO.textproto`.
//
// On standard output the run, as asked for, and as its last line
//   scenario=NAME events=E hash=HEX result=held|violated:P expected=met|missed
// On standard error one line per thing that was expected and missed, or the one
// line that says what is wrong with the file.

#ifndef DISTDB_SIM_SCENARIO_REPLAY_H_
#define DISTDB_SIM_SCENARIO_REPLAY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/narration/terminal.h"
#include "sim/narration/view_flags.h"
#include "sim/scenario/scenario.h"

namespace distdb::sim {

struct ReplayOptions {
  // Relative to the current directory.
  std::string path;
  // What is shown of the run.
  ViewFlags views;
  Terminal terminal;
  // Run it twice, and name the first event that differs.
  bool check = false;
  // Where to write the trace (spec/TRACES.md); "": nowhere.
  std::string trace;
};

struct ReplayOutput {
  std::string out;
  std::string err;
  // 0: what was expected came true. 1: it did not. 2: bad input.
  int exit_code = 0;
};

ReplayOutput ReplayScenario(const ReplayOptions& options);

// Reads and parses a file; errors name it.
absl::StatusOr<Scenario> LoadScenario(const std::string& path);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_REPLAY_H_
