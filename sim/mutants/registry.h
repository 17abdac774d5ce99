// The planted bugs of core/mutant.h by name, and how to plant one.
//
// In a build without mutants there are none, and planting fails with a clear
// error.

#ifndef DISTDB_SIM_MUTANTS_REGISTRY_H_
#define DISTDB_SIM_MUTANTS_REGISTRY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace distdb::sim {

struct MutantInfo {
  absl::string_view name;
  // The property that must break for the mutant to count as found.
  absl::string_view property;
  // What is wrong, for a person.
  absl::string_view what;
};

// In the order of their declaration.
absl::Span<const MutantInfo> AllMutants();

// The one of this name, or null.
const MutantInfo* FindMutant(absl::string_view name);

// A line for a person: which names there are, or why there are none.
std::string MutantNames();

// Plants it in all replicas of this process; an empty name plants none. The
// name must be there. Not thread-safe: call it while no world runs.
void PlantMutant(absl::string_view name);

// The name of the one that is planted, or "".
absl::string_view PlantedMutant();

}  // namespace distdb::sim

#endif  // DISTDB_SIM_MUTANTS_REGISTRY_H_
