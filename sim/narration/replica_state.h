// ReplicaState: what a replica holds, as lines for a person, and what changed
// between two moments.
//
//   instance 0:1 | ECHO a     p0 p1 p2 (3 of 3)
//   instance 0:1 | readied    a
//   delivered    | p0         1
//   peers        | p2         up, has 0 1 0 0
//   store        | name       alice   (of 0:1)
//
// The lines are read from the replica itself, not recounted from what it was
// told. Of an instance that is delivered nothing is left but its watermark.

#ifndef DISTDB_SIM_NARRATION_REPLICA_STATE_H_
#define DISTDB_SIM_NARRATION_REPLICA_STATE_H_

#include <map>
#include <string>
#include <vector>

#include "core/replica.h"
#include "sim/narration/value_names.h"

namespace distdb::sim {

// From "group|name" to its value. Ordered, so that groups stay together.
using StateLines = std::map<std::string, std::string>;

// A line with another value than before; an empty one: it is gone.
struct StateChange {
  std::string line;
  std::string value;
};

StateLines DescribeState(const Replica& replica, ValueNames& names);

// What makes `before` into `after`, in the order of lines.
std::vector<StateChange> Changes(const StateLines& before,
                                 const StateLines& after);

// Carries `changes` out.
void Apply(const std::vector<StateChange>& changes, StateLines& state);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_REPLICA_STATE_H_
