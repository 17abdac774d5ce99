// The parts of DrawPlan that draw how hard each fault is, by theme, and what
// they share. Included by draw_*.cc only.

#ifndef DISTDB_SIM_DRAW_FAULTS_H_
#define DISTDB_SIM_DRAW_FAULTS_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/node_set.h"
#include "core/types.h"
#include "sim/choice.h"
#include "sim/plan.h"

namespace distdb::sim {

// A plan that is being drawn, and ways to ask for its parts.
struct Drawer {
  uint64_t Choose(Decision decision, uint64_t n, uint64_t occurrence = 0) {
    return chooser.Choose({.decision = decision, .occurrence = occurrence}, n);
  }
  uint64_t ChooseFor(Decision decision, NodeId node, uint64_t n,
                     uint64_t occurrence = 0) {
    return chooser.Choose(
        {.decision = decision, .from = node, .occurrence = occurrence}, n);
  }
  // One of the values; the first is the calm one.
  template <size_t N>
  int64_t OneOf(Decision decision, const int64_t (&values)[N]) {
    return values[Choose(decision, N)];
  }
  Duration TimeBelow(Decision decision, uint64_t occurrence, Duration end) {
    return static_cast<Duration>(
        Choose(decision, static_cast<uint64_t>(end), occurrence));
  }
  NodeId AnyNode(Decision decision, uint64_t occurrence) {
    return NodeId(static_cast<uint32_t>(
        Choose(decision, static_cast<uint64_t>(plan.nodes()), occurrence)));
  }
  void Act(Duration at, Deed deed) {
    plan.actions.push_back({{.at = Time(at), .after = {}}, std::move(deed)});
  }
  // What befalls a node for a while, at most twice; off in half of the seeds.
  template <typename Fault>
  void ActForAWhile(Decision how_often, Decision which, Decision when,
                    Decision how_long) {
    const uint64_t count = Choose(how_often, 4);
    for (uint64_t i = 0; i + 1 < count; ++i) {
      const NodeId node = AnyNode(which, i);
      const Duration at = TimeBelow(when, i, active);
      const Duration length = TimeBelow(how_long, i, active);
      if (plan.liars.Contains(node)) continue;
      Act(at, Fault{.node = node, .begins = true});
      Act(at + length, Fault{.node = node, .begins = false});
    }
  }
  NodeSet All() const { return NodeSet::FirstN(plan.nodes()); }
  // `count` different members of `from`.
  NodeSet Pick(Decision decision, NodeSet from, uint64_t count);

  Chooser& chooser;
  Plan plan = {};
  // When the faults end.
  Duration active = 0;
};

// Which adversaries the liars play.
void DrawAdversaries(Drawer& draw);
// Each needs what the ones before it have drawn, and `active`.
void DrawNetwork(Drawer& draw);
void DrawDisk(Drawer& draw);
void DrawCrashes(Drawer& draw);
void DrawPartitions(Drawer& draw);
void DrawFullDisks(Drawer& draw);
void DrawClocks(Drawer& draw);
void DrawClockJumps(Drawer& draw);
void DrawFalseClocks(Drawer& draw);
void DrawJoins(Drawer& draw);
void DrawPauses(Drawer& draw);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DRAW_FAULTS_H_
