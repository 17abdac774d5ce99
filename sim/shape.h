// Shape: the flags that shape a run. What is not given is drawn from the seed.

#ifndef DISTDB_SIM_SHAPE_H_
#define DISTDB_SIM_SHAPE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/config.h"
#include "core/quorum.h"
#include "sim/checkers/verdict.h"

namespace distdb::sim {

struct Shape {
  std::optional<Mode> mode;
  std::optional<int> nodes;
  // Beyond f if you like; then properties may break. Either by number, or as so
  // many more than the f of the cluster, drawn or given.
  std::optional<int> liars;
  std::optional<int> liars_above_f;
  // All messages through the wire codec; off: in a quarter of the seeds.
  bool wire = false;
  // Whether the rare-event points of core may strike (core/rare_event.h).
  bool rare_events = true;
  QuorumPolicy quorum_policy = QuorumPolicy::kSafe;
  // The bug that is planted in core (core/mutant.h). Changes nothing that is
  // drawn.
  std::string mutant;
  // Properties that runs are held to although their mode does not claim them.
  std::vector<Property> claims;
};

// How many liars the shape gives a cluster of this size; nothing: drawn.
std::optional<int> LiarsOf(const Shape& shape, int nodes);

// "bracha", …; "safe", ….
absl::string_view ModeName(Mode mode);
absl::string_view QuorumPolicyName(QuorumPolicy policy);

// The flags that give this shape again: " --nodes=4 --quorum_policy=…", with a
// leading space, or nothing.
std::string ShapeFlags(const Shape& shape);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SHAPE_H_
