// The renamings of a model: every way to exchange nodes of one kind (correct
// or lying, the origin apart) and the values. The first one changes nothing.

#ifndef DISTDB_SIM_EXPLORE_RENAMINGS_H_
#define DISTDB_SIM_EXPLORE_RENAMINGS_H_

#include <vector>

#include "sim/explore/local_states.h"
#include "sim/explore/model.h"

namespace distdb::sim::explore {

std::vector<Renaming> AllRenamings(const Model& model);

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_RENAMINGS_H_
