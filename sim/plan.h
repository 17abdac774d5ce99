// Plan: everything about a run that is fixed before its first event: the
// cluster, who lies and who dies, what clients ask, and how hard each fault is.
// A plain value. DrawPlan makes one from a seed; a scenario file makes one by
// hand; what neither fixes (the fate of a message, the time of an fsync) is
// asked of the Chooser while the run goes on.
//
// A hand-written plan is calm where it says nothing: every message arrives
// after its link's delay, in order, every fsync takes `disk.fsync_time`.

#ifndef DISTDB_SIM_PLAN_H_
#define DISTDB_SIM_PLAN_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/config.h"
#include "core/node_set.h"
#include "core/rare_event.h"
#include "core/types.h"
#include "sim/action.h"
#include "sim/adversary/names.h"
#include "sim/checkers/verdict.h"
#include "sim/fault_plan.h"
#include "sim/single_faults.h"

namespace distdb::sim {

// 5%, which is a hundred times that of a bad crystal.
inline constexpr int64_t kDriftMax = 50'000;

struct Plan {
  // For every node; `self` is filled in by the world, and so is `digester`
  // where it is null, by the stand-in.
  Config config;
  // Nodes without a replica, played by the adversary. One coalition.
  NodeSet liars;
  // Nodes that have a Crash for good among the actions.
  NodeSet dead;
  // Nodes that have a LoseDisk among the actions. What they promised before it
  // they may contradict after it: nothing is claimed of them, from the start.
  NodeSet amnesiacs;

  // Nodes whose wall clock jumps beyond every bound. They count against f, and
  // yet nothing that the others are held to is asked less of them.
  NodeSet false_clocks;
  // Members that have a Join among the actions, or start at the healing: until
  // then they are not there. They are correct.
  NodeSet joiners;

  // Whom the healing leaves out; what remains of the correct nodes is the core
  // that must get along alone.
  std::vector<LeftOut> left_out;

  std::vector<Action> actions;
  // A client whose node is down tries again after this long; 0: never.
  Duration ask_again_after = 0;
  std::vector<Rule> rules;
  std::vector<SlowFsync> slow_fsyncs;
  std::vector<ReadFailure> read_failures;
  std::vector<RareStrike> rare_strikes;
  std::vector<ChannelDelay> channel_delays;
  NetworkPlan network;
  DiskPlan disk;
  CrashPlan crash;
  // Per node, added to virtual time for Tick::wall_now.
  std::vector<Duration> wall_offset;
  // Per node: how much faster than virtual time its clocks run, the monotonic
  // one too, in millionths; at most kDriftMax either way.
  std::vector<int64_t> drift_ppm;
  // Per node: Ticks come this much later than asked for, so that what arrives
  // meanwhile shares a turn of the node's loop.
  std::vector<Duration> turn_time;
  // Per node: how long whatever it handles keeps it busy. What comes meanwhile
  // queues.
  std::vector<Duration> step_time;
  // How a liar plays what is not scripted; false: it says only what it is told
  // to (Say), and is silent otherwise.
  bool liars_improvise = false;
  // What they do where they improvise.
  AdversarySet adversaries = AdversarySet::Schemers();

  // How often each rare-event point of core strikes, in the simulator's own
  // build of core.
  std::array<uint32_t, kRareEvents> rare_per_mille = {};

  // The liveness phase: at this moment partitions end, disks have room again,
  // nodes that are not dead restart or go on, at full speed, and from then on
  // nothing is lost, duplicated or crashed, but for those in `left_out`. Each
  // correct node is then asked for one more write.
  Time heal_at = Time(kSecond);
  bool final_writes = true;
  // The run must have settled (see world.h) this long after `heal_at`, and is
  // watched for `linger` after it has.
  Duration settle_time = 60 * kSecond;
  Duration linger = 2 * kSecond;
  // More events than this are a Hang.
  uint64_t events_max = 2'000'000;
  // Every message goes through the encoding that real nodes speak. Nothing that
  // a run does depends on it.
  bool wire = false;
  // Properties that the run is held to although its mode does not claim them
  // (see checkers/claims.h).
  std::vector<Property> also_claimed;

  int nodes() const { return config.nodes; }
  // Who must hold the properties to the end: the core of the liveness phase.
  NodeSet Correct() const {
    NodeSet correct(Honest().bits() & ~dead.bits());
    for (const LeftOut& out : left_out) correct.Erase(out.node);
    return correct;
  }
  // Who follows the protocol as long as it is up: the correct, the dead and
  // those left out.
  NodeSet Honest() const {
    return NodeSet(Replicas().bits() & ~amnesiacs.bits());
  }
  // Who is played by twins, each a replica of its own (adversary/twins.h).
  std::optional<NodeId> Twin() const {
    const bool has_twins =
        liars_improvise && adversaries.Has(AdversaryName::kTwins);
    if (!has_twins || liars.empty()) return std::nullopt;
    return *liars.begin();
  }
  // Who runs a replica at all: the honest and the amnesiacs.
  NodeSet Replicas() const {
    return NodeSet(NodeSet::FirstN(config.nodes).bits() & ~liars.bits());
  }
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_PLAN_H_
