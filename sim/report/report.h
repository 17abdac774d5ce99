// FuzzReport: what many runs came to, and the page that shows it.
//
//   FuzzReport report;
//   report.Add(…);            // for each seed
//   WriteFile(ReportPage(report), "fuzz.html");
//
// The page is one file that works offline, in the style of the viewer: figures,
// failures with the commands that replay and show them, tables per
// property, mode and size of the cluster, and a bar chart of the faults.

#ifndef DISTDB_SIM_REPORT_REPORT_H_
#define DISTDB_SIM_REPORT_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "core/config.h"
#include "sim/checkers/verdict.h"
#include "sim/fault_counters.h"
#include "sim/seed_report.h"

namespace distdb::sim {

struct FuzzReport {
  // Failures that are kept, and so listed: the lowest seeds. All are counted.
  static constexpr size_t kFailuresMax = 500;

  struct Group {
    uint64_t seeds = 0;
    uint64_t failed = 0;
    uint64_t events = 0;
  };

  std::string shape;  // Flags of the runs, as ShapeFlags prints them.
  uint64_t first_seed = 1;
  double seconds = 0;  // Of real time.
  int jobs = 1;
  bool complete = true;  // Not ended by a time limit or an interrupt.

  Group all;
  // Without seeds that killed their process: nothing is known of those.
  std::map<Mode, Group> modes;
  std::map<int, Group> sizes;               // By the number of nodes.
  std::map<Property, uint64_t> properties;  // Seeds in which it broke.
  std::map<uint64_t, Property> failures;    // By seed.
  uint64_t excused = 0;  // Seeds with a write refused for good, with a reason.
  FaultCounters faults;
  std::array<uint64_t, kFaultNames> seeds_with = {};  // In which it struck.

  void Add(const SeedReport& report);
  uint64_t PerSecond(uint64_t count) const { return Rate(count, seconds); }
  static uint64_t Rate(uint64_t count, double seconds);
};

// A whole HTML page.
std::string ReportPage(const FuzzReport& report);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_REPORT_REPORT_H_
