// Edits of a scenario that keep it one: what the shrinker tries.

#ifndef DISTDB_SIM_SHRINK_EDIT_H_
#define DISTDB_SIM_SHRINK_EDIT_H_

#include <cstddef>
#include <vector>

#include "core/types.h"
#include "sim/plan.h"
#include "sim/scenario/scenario.h"

namespace distdb::sim {

// Makes the rest agree with the actions, rules and nodes that are left: who is
// dead, amnesiac or joins; operations numbered in order, with ids where others
// name them; no action that nothing can come of; no value that nobody says;
// values called a, b, c, … in the order in which they are said.
void Tidy(Scenario& scenario);

// Without a node: the others move up, and what was about it is gone.
Scenario WithoutNode(const Scenario& scenario, NodeId node);

// Without the `seq`-th instance of an origin: what was about it is gone, and
// what was about later ones of its stream is about the ones before. (Not the
// request for it.)
void RemoveInstance(Scenario& scenario, NodeId origin, Seq seq);

// Moves the healing, and with it the end of all rules that end there. Faults
// that would come later are gone.
void SetHealing(Plan& plan, Time heal_at);

// Indices of actions that belong together: a partition and its end, a crash and
// the restart after it. Each action is in one group.
std::vector<std::vector<size_t>> GroupActions(const Plan& plan);

// How many things happen or are out of the ordinary in it: actions (a lie
// counts once for each who hears it), rules and the like, nodes that are
// unlike others.
size_t CountDecisive(const Plan& plan);

// Whether as many nodes are faulty as the cluster promises to survive, or
// fewer.
bool IsWithinBudget(const Plan& plan);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SHRINK_EDIT_H_
