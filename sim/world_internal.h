// What a World keeps per node and per message. Included by world*.cc only.

#ifndef DISTDB_SIM_WORLD_INTERNAL_H_
#define DISTDB_SIM_WORLD_INTERNAL_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "core/always_inline.h"
#include "core/check.h"
#include "core/effects.h"
#include "core/fifo.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/replica.h"
#include "core/types.h"
#include "sim/disk.h"
#include "sim/observer.h"
#include "sim/rare_events.h"
#include "sim/world.h"

namespace distdb::sim {

// What can come up.
enum class World::Kind : uint8_t {
  kArrival,        // number: transit slot
  kTick,           // of node
  kWrite,          // of node, in incarnation `number`
  kBeginFsync,     // of node, in incarnation `number`
  kCompleteFsync,  // of node, in incarnation `number`
  kCrash,          // of node, by chance, in incarnation `number`
  kLoad,           // of node; number: load slot
  kAction,         // number: index into the plan's actions
  kRestart,        // of node, from incarnation `number`
  kConnect,        // node and other
  kDisconnect,     // node notices that its channel `number` to other is gone
  kLie,            // number: lie slot
  kWakeLiars,
  kHeal,
  kFinalWrite,  // at node
  kLook,        // whether the run has settled
  kLateTick,    // a kTick that had to wait
  kTurn,        // node is not busy any more
};

struct World::Entry {
  Kind kind = Kind::kLook;
  NodeId node;
  NodeId other;
  uint32_t number = 0;
};

// What waits for records that a full disk refused: their new tokens are not
// known yet.
inline constexpr Token kRefused{~uint64_t{0}};

// What leaves once everything up to `barrier` is durable: a reply, where there
// is one, else a message.
struct World::Held {
  Token barrier;
  NodeSet to;
  MessageSlab::Slot message = 0;
  std::unique_ptr<Reply> reply;
};

struct World::Host {
  bool is_liar = false;
  bool died = false;  // For good.
  // Null while it is down, and for liars.
  std::unique_ptr<Replica> replica;
  std::unique_ptr<DrawnRareEvents> rare_events;
  Disk disk;
  Fifo<Held> held;
  // Peers to which this end has a channel, and the number of each channel.
  NodeSet channels;
  std::vector<uint64_t> channel_numbers;
  // Counts starts: what was meant for an earlier life is ignored.
  uint64_t incarnation = 0;
  // When the node's monotonic clock began, and by how much its wall clock has
  // jumped.
  Duration clock_base = 0;
  Duration wall_jumps = 0;
  // When it wants its next Tick, by its own clock and, kNever where it wants
  // none, by virtual time.
  Time asked_deadline = kNever;
  Time asked_at = kNever;
  // In virtual time: when it is to have it, and for when one is queued.
  Time deadline = kNever;
  Time tick_at = kNever;
  bool write_queued = false;
  bool fsync_queued = false;
  // Records whose fsync is said to end at, or to take, this.
  std::map<Token, const SlowFsync*> slow_fsyncs;
  // The disk takes nothing; and it has refused records that the replica has
  // not issued again yet.
  bool disk_full = false;
  bool refused = false;
  // Records that the disk will not read back to this process.
  std::set<Token> unreadable;
  // It has stopped, or is busy until a kTurn comes; and what waits for it, in
  // the order in which it came.
  bool paused = false;
  bool busy = false;
  std::deque<Entry> waiting;
  // How often each decision about its own life was made.
  uint64_t crashes = 0;
  uint64_t loads = 0;

  bool is_up() const { return is_liar || replica != nullptr; }
};

// A copy of a message under way. `channel`: the number of the receiver's
// channel on which it will arrive, if that is still open.
struct World::InFlight {
  Passage passage;
  uint64_t channel = 0;
  MessageSlab::Slot message = 0;
};

DISTDB_ALWAYS_INLINE World::Host& World::HostOf(NodeId node) {
  DISTDB_CHECK(node.value() < static_cast<uint32_t>(plan_.config.nodes),
               "a node is in the cluster");
  return hosts_.data()[node.value()];
}

DISTDB_ALWAYS_INLINE const World::Host& World::HostOf(NodeId node) const {
  return const_cast<World*>(this)->HostOf(node);
}

inline bool World::CrashesAtDisk(NodeId node, Decision decision,
                                 uint32_t per_mille) {
  if (per_mille == 0 || !MayCrash(node)) return false;
  return chooser_->Chance(DiskAbout(decision, node), per_mille);
}

DISTDB_ALWAYS_INLINE void World::Push(Time at, Kind kind, NodeId node,
                                      NodeId other, uint64_t number) {
  DISTDB_CHECK(number <= std::numeric_limits<uint32_t>::max(),
               "what a run counts is below 2^32");
  queue_.Push(std::max(at, now_),
              Entry{.kind = kind,
                    .node = node,
                    .other = other,
                    .number = static_cast<uint32_t>(number)});
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_WORLD_INTERNAL_H_
