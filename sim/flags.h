// Flags: the command line of `sim`, parsed and checked.

#ifndef DISTDB_SIM_FLAGS_H_
#define DISTDB_SIM_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/types.h"
#include "sim/narration/view_flags.h"
#include "sim/shape.h"

namespace distdb::sim {

struct Flags {
  std::string command;             // "replay", "fuzz", …
  std::vector<std::string> files;  // What is no flag: scenarios.
  Shape shape;
  std::optional<uint64_t> seed;
  std::optional<uint64_t> seeds;
  uint64_t first_seed = 1;
  std::optional<int> jobs;  // Not given: one per processor.
  std::optional<Duration> time;
  bool check = false;
  ViewFlags views;         // replay: what of the run is shown.
  std::string trace;       // replay: a file for the trace, or "".
  std::string traces;      // fuzz: a folder for them, "-", or "".
  std::string report;      // fuzz: a file for the report, or "".
  std::string guide;       // fuzz: "states", "random", or "".
  std::string recording;   // replay: what a node recorded, or "".
  std::string tape;        // replay: decisions to replay, or "".
  std::string write_tape;  // replay: a file for those of the run, or "".
  std::string out;         // shrink: a file, or mutants: a folder; or "".
  bool shrink = false;     // mutants
};

// `arguments` without the program's name. InvalidArgument: one line that names
// the flag at fault and the mend.
absl::StatusOr<Flags> ParseFlags(absl::Span<const std::string> arguments);

// What `sim help` prints.
absl::string_view Usage();

}  // namespace distdb::sim

#endif  // DISTDB_SIM_FLAGS_H_
