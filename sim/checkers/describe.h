// Describe: how nodes, instances and sets of nodes are written in verdicts and
// transcripts: p0, p1, …; (p0, 3); {p1, p2}.

#ifndef DISTDB_SIM_CHECKERS_DESCRIBE_H_
#define DISTDB_SIM_CHECKERS_DESCRIBE_H_

#include <string>

#include "core/node_set.h"
#include "core/types.h"

namespace distdb::sim {

std::string Describe(NodeId node);
std::string Describe(const InstanceId& instance);
std::string Describe(NodeSet nodes);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_DESCRIBE_H_
