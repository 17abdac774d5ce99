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
#include <variant>
#include <vector>

#include "core/command.h"
#include "core/config.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/rare_event.h"
#include "core/record.h"
#include "core/types.h"
#include "sim/adversary/names.h"
#include "sim/checkers/verdict.h"
#include "sim/delay_shape.h"

namespace distdb::sim {

// Something that a node has done: it has sent its first message of a kind, made
// a record of a kind durable, or delivered, in `instance`.
struct Condition {
  enum class What : uint8_t { kSent, kReceived, kDurable, kDelivered };

  NodeId node;
  What what = What::kDelivered;
  MessageKind message = MessageKind::kSend;  // kSent, kReceived.
  RecordKind record = RecordKind::kEcho;     // kDurable.
  InstanceId instance;
};

// When an action happens: at `at`, or `at` after the condition came true.
struct When {
  Time at;
  std::optional<Condition> after;
};

// A client asks a node. `command` may name a token of an earlier write.
struct Ask {
  NodeId node;
  RequestId request;  // Unique in the run, from 1.
  Command command;
  // For a read: take `at_least` from the reply of this request (0: none). If it
  // has not been answered OK by then, the read asks for nothing.
  RequestId reads_write_of{0};
};
// A node loses its memory, and with it the records that are not written. In a
// power cut, what is not synced goes, too, but for the first `keeps` records;
// not given: drawn (calm: none).
struct Crash {
  NodeId node;
  std::optional<uint64_t> keeps;
  bool for_good = false;  // A node of Plan::dead: nothing restarts it.
  enum class Kind : uint8_t {
    kPowerCut,
    kProcess,      // All that is written stays.
    kFailedFsync,  // The node ends itself; the rest is as after a power cut.
  };
  Kind kind = Kind::kPowerCut;
};
// A node that is down is built from its records. No effect on one that is up.
struct Restart {
  NodeId node;
};
// A node of Plan::joiners starts for the first time, with an empty disk.
struct Join {
  NodeId node;
};
// A liar says exactly this to one node.
struct Say {
  NodeId liar;
  NodeId to;
  Message message;
};
// A liar starts the next instance of its stream; what it says is drawn.
struct Equivocate {
  NodeId liar;
};
// Messages between `side` and the other nodes vanish from now on, or again
// pass. Partitions may overlap.
struct Partition {
  NodeSet side;
  bool begins = true;
  // Only what `side` sends vanishes; what it is sent passes.
  bool one_way = false;
  // What happens to what is under way when it begins. Of several partitions
  // across a link the first of these decides.
  enum class UnderWay : uint8_t {
    kSwallowed,
    kHeld,  // It arrives when the partition has ended, all at once.
    kPasses,
  };
  UnderWay under_way = UnderWay::kSwallowed;
};
// The disk of a node takes no write from now on, or has room again. What has
// been written is still synced.
struct FullDisk {
  NodeId node;
  bool begins = true;
};
// The wall clock of a node jumps, forward or back: by at most a second, or of a
// node of Plan::false_clocks by as much as you like.
struct ClockJump {
  NodeId node;
  Duration by = 0;
};
// A node stops, and what comes for it queues; or it goes on, and all of that
// comes at once. A crash ends a pause. Not of liars.
struct Pause {
  NodeId node;
  bool begins = true;
};
// A node of Plan::amnesiacs crashes, if it is up, and its disk forgets.
struct LoseDisk {
  enum class How : uint8_t {
    kAll,        // It is lost: what restarts the node begins with nothing.
    kLiedFsync,  // Fsyncs that it called complete were not: any prefix is left.
    kBitFlip,    // What was synced is damaged. A node that notices does not
    kMisdirected,  // start, and gets an empty disk. Needs DiskPlan::bytes.
  };
  NodeId node;
  How how = How::kAll;
};

using Deed = std::variant<Ask, Crash, Restart, Join, Say, Equivocate, Partition,
                          FullDisk, ClockJump, Pause, LoseDisk>;

struct Action {
  When when;
  Deed deed;
};

// What becomes of the messages that it matches. Fields not given match all. The
// first rule that matches decides; then nothing is drawn for the message.
struct Rule {
  std::optional<NodeId> from;
  std::optional<NodeId> to;
  std::optional<MessageKind> message;
  std::optional<InstanceId> instance;
  // By the order in which the run first saw the digests of the instance, from
  // 0; SEND and PAYLOAD count by their payload's digest.
  std::optional<uint32_t> digest_class;
  // Sent in [from_time, to_time).
  Time from_time{0};
  Time to_time = kNever;
  // Of equal messages on this link, those after the first `skip` ones, at most
  // `count` of them.
  uint64_t skip = 0;
  uint64_t count = ~uint64_t{0};

  bool lost = false;
  Duration delay = 0;  // Added to the link's delay.
  uint32_t copies = 1;
};

struct NetworkPlan {
  // From node i to node j: [i * n + j].
  std::vector<Duration> link_delay;
  // Drawn per message, added to the link's delay.
  Duration jitter = 0;
  // How it is spread, per link; empty: uniformly.
  std::vector<DelayShape> delay_shape;
  // Per link, added until the healing; empty: nothing.
  std::vector<Duration> slow_by;
  // Per link: what one byte takes to leave, until the healing; meanwhile the
  // link is busy. Empty: nothing.
  std::vector<Duration> byte_time;
  // What would have to wait for a busy link longer than that is lost.
  Duration backlog_max = 50 * kMillisecond;
  // Keeps messages of a link in order.
  bool in_order = true;
  uint32_t loss_per_mille = 0;
  uint32_t duplicate_per_mille = 0;
  // Bytes of the message are altered. The channel's authentication notices: for
  // core it is a loss. With Plan::wire the altered bytes are decoded, too.
  uint32_t corrupt_per_mille = 0;
  // A channel opens at most this long after both ends are up, and an end that
  // stays up notices at most this long after the other end crashed; drawn.
  Duration connect_time = 0;
};

struct DiskPlan {
  // Disks keep the bytes that real nodes write, and each start reads those.
  // Nothing that a run does depends on it, but for LoseDisk.
  bool bytes = false;
  // What a power cut leaves of records that it does not let survive may look
  // like a torn, damaged or misdirected write. Needs `bytes`.
  bool damages_tail = false;
  // From the first record in the process's buffer to its writing, drawn; 0: as
  // the step that handed it over ends.
  Duration write_wait = 0;
  // From the first unsynced write to the begin of its fsync, drawn.
  Duration fsync_wait = 0;
  // How long an fsync takes: at least, and at most that much more, drawn.
  Duration fsync_time = 100 * kMicrosecond;
  Duration fsync_jitter = 0;
  // Drawn per fsync, as it should complete: it fails instead, and the node ends
  // itself. Of CrashPlan::count_max.
  uint32_t fsync_fails_per_mille = 0;
};

// Crashes at the moments that hurt, on top of those among the actions.
struct CrashPlan {
  // While a SEND or a vote leaves: some receivers get it, others do not.
  uint32_t while_sending_per_mille = 0;
  // While an fsync is under way, or as it completes before the replica hears of
  // it.
  uint32_t at_fsync_per_mille = 0;
  // Just before or just after the records of a node are written.
  uint32_t at_write_per_mille = 0;
  // So many of them end the process only; the others are power cuts.
  uint32_t process_per_mille = 0;
  // Of all these kinds together, for the whole run.
  uint32_t count_max = 0;
  // A crashed node comes back after at least this, and at most that much more.
  Duration down_time = 10 * kMillisecond;
  Duration down_jitter = 0;
};

// A correct node without which the liveness phase must do.
struct LeftOut {
  // What becomes of it at the healing, for good.
  enum class How : uint8_t {
    kDown,    // It crashes.
    kCutOff,  // Nothing that it sends or is sent arrives.
    kMute,    // Nothing that it sends arrives.
    kDeaf,    // Nothing that it is sent arrives.
  };
  NodeId node;
  How how = How::kDown;
};

// 5%, which is a hundred times that of a bad crystal.
inline constexpr int64_t kDriftMax = 50'000;

struct Plan {
  // For every node; `self` and `digester` are filled in by the world.
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
