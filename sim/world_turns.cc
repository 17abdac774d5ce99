// Nodes that stop for a while, and nodes that are slow.

#include <algorithm>
#include <variant>

#include "sim/world.h"
#include "sim/world_internal.h"

namespace distdb::sim {

NodeId World::HandlerOf(const Entry& entry) const {
  switch (entry.kind) {
    case Kind::kArrival:
      return in_flight_[entry.number].passage.to;
    case Kind::kAction: {
      const Deed& deed = plan_.actions[entry.number].deed;
      const Ask* ask = std::get_if<Ask>(&deed);
      return ask == nullptr ? kNobody : ask->node;
    }
    case Kind::kConnect: {
      // An end that cannot take the call makes the other wait, too.
      const Host& other = HostOf(entry.other);
      return other.paused || other.busy ? entry.other : entry.node;
    }
    case Kind::kTick:
    case Kind::kLateTick:
    case Kind::kWrite:
    case Kind::kBeginFsync:
    case Kind::kCompleteFsync:
    case Kind::kLoad:
    case Kind::kDisconnect:
    case Kind::kFinalWrite:
      return entry.node;
    case Kind::kCrash:
    case Kind::kRestart:
    case Kind::kLie:
    case Kind::kWakeLiars:
    case Kind::kHeal:
    case Kind::kLook:
    case Kind::kTurn:
      return kNobody;
  }
  return kNobody;
}

bool World::NodesMayWait() const {
  const auto is_slow = [](Duration step_time) { return step_time > 0; };
  const auto is_pause = [](const Action& action) {
    return std::holds_alternative<Pause>(action.deed);
  };
  return std::any_of(plan_.step_time.begin(), plan_.step_time.end(), is_slow) ||
         std::any_of(plan_.actions.begin(), plan_.actions.end(), is_pause);
}

bool World::MakeWait(const Entry& entry) {
  Entry waits = entry;
  if (entry.kind == Kind::kTick) {
    const Host& host = HostOf(entry.node);
    // A crash, or an earlier Tick, has made it void.
    if (host.incarnation != entry.number || host.tick_at != now_) return true;
    waits.kind = Kind::kLateTick;
  }
  if (!nodes_may_wait_) return false;
  const NodeId handler = HandlerOf(entry);
  if (handler == kNobody) return false;
  Host& host = HostOf(handler);
  if (!host.paused && !host.busy && host.waiting.empty()) return false;
  if (!host.paused) faults_.Count(FaultName::kSlowStep);
  host.waiting.push_back(waits);
  return true;
}

void World::TakeTurn(NodeId node) {
  Host& host = HostOf(node);
  while (!host.waiting.empty() && !host.paused && !host.busy &&
         !verdict_->violation()) {
    const Entry entry = host.waiting.front();
    host.waiting.pop_front();
    // A channel has two ends.
    const NodeId handler = HandlerOf(entry);
    if (handler != node && MakeWait(entry)) continue;
    Dispatch(entry);
  }
}

void World::SetPause(NodeId node, bool begins) {
  Host& host = HostOf(node);
  if (host.paused == begins || (begins && host.replica == nullptr)) return;
  host.paused = begins;
  if (begins) return faults_.Count(FaultName::kPause);
  // Its loop begins with a Tick, so that time-outs do not count from before.
  if (host.replica != nullptr && !host.busy) Tick(node);
  if (!host.busy) Push(now_, Kind::kTurn, node);
}

}  // namespace distdb::sim
