// One step of a replica, and carrying out its effects: the duties of a driver
// as event.h and effects.h state them.

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "sim/checkers/describe.h"
#include "sim/drifting_clock.h"
#include "sim/world.h"
#include "sim/world_internal.h"

namespace distdb::sim {

void World::Step(NodeId node, const Event& event) {
  Host& host = HostOf(node);
  if (++events_ > plan_.events_max) {
    verdict_->Report(
        {.property = Property::kHang,
         .at = now_,
         .nodes = NodeSet(),
         .instance = std::nullopt,
         .what = absl::StrCat("no end after ", plan_.events_max, " events")});
    return;
  }
  if (has_effects_) effects_.Clear();
  effects_.discard_before = Token(0);
  stepping_ = node;
  host.replica->Step(event, effects_);
  stepping_ = kNobody;
  has_effects_ = !effects_.empty();
  for (Observer* watcher : watchers_) {
    watcher->OnStep(now_, node, event, effects_);
  }
  for (StateChecker* checker : state_checkers_) {
    checker->OnState(now_, node, event, effects_, *host.replica);
  }
  // Most steps are votes that complete no quorum: they concern no checker.
  if (has_effects_ || !std::holds_alternative<Receive>(event)) {
    for (Checker* checker : interested_[InterestsOf(event, effects_)]) {
      checker->OnStep(now_, node, event, effects_);
    }
  }
  if (!waiting_actions_.empty()) MeetConditionsOf(node, event, effects_);
  if (nodes_may_wait_ && !healed_ && !host.busy &&
      plan_.step_time[node.value()] > 0) {
    host.busy = true;
    Push(now_ + plan_.step_time[node.value()], Kind::kTurn, node);
  }
  CarryOut(node, host);
}

void World::CarryOut(NodeId node, Host& host) {
  if (effects_.discard_before != Token(0) && plan_.disk.discards &&
      host.disk.Discard(effects_.discard_before)) {
    faults_.Count(FaultName::kLogCut);
  }
  // Votes that complete no quorum ask for nothing, and free nothing that waits.
  if (!has_effects_ || !effects_.HasRequests()) {
    return ScheduleTick(node, host, effects_.next_deadline);
  }
  NoteSlowFsyncs(node);
  const Token barrier = HandOver(host);
  for (const Token token : effects_.load) {
    const Duration time = Draw({.decision = Decision::kLoadTime,
                                .from = node,
                                .occurrence = host.loads++},
                               plan_.disk.fsync_time);
    Push(now_ + time, Kind::kLoad, node, NodeId(), token.value());
  }
  ScheduleTick(node, host, effects_.next_deadline);
  for (Envelope& envelope : effects_.send_after_persist) {
    host.held.push_back({.barrier = barrier,
                         .to = envelope.to,
                         .message = messages_.Add(std::move(envelope.message)),
                         .reply = nullptr});
  }
  for (Reply& reply : effects_.replies_after_persist) {
    host.held.push_back({.barrier = barrier,
                         .to = NodeSet(),
                         .reply = std::make_unique<Reply>(std::move(reply))});
  }
  for (Envelope& envelope : effects_.send) {
    const auto slot = messages_.Add(std::move(envelope.message));
    if (!SendToAll(node, envelope.to, slot)) return;
  }
  for (const Reply& reply : effects_.replies) LeaveReply(node, reply);
  if (ReleaseHeld(node, host)) ScheduleWrite(node);
}

Token World::HandOver(Host& host) {
  host.disk.Append(effects_.persist);
  if (host.refused && effects_.persist.empty()) return kRefused;
  if (host.refused) {
    // A replica issues all that was refused at once.
    host.refused = false;
    for (size_t i = 0; i < host.held.size(); ++i) {
      Held& held = host.held[i];
      if (held.barrier == kRefused) held.barrier = host.disk.last();
    }
  }
  return host.disk.last();
}

bool World::ReleaseHeld(NodeId node, Host& host) {
  while (!host.held.empty() &&
         host.held.front().barrier <= host.disk.durable()) {
    const Held held = host.held.pop_front();
    if (held.reply != nullptr) {
      LeaveReply(node, *held.reply);
    } else if (!SendToAll(node, held.to, held.message)) {
      return false;
    }
  }
  return true;
}

void World::LeaveReply(NodeId node, const Reply& reply) {
  for (Observer* observer : observers_) observer->OnReply(now_, node, reply);
  const bool is_full = absl::IsResourceExhausted(reply.status);
  if (is_full) faults_.Count(FaultName::kFullShare);
  if (reply.request >= kFirstFinalWrite) {
    return HearFinalWrite(node,
                          reply.status.ok() || (is_full && IsHeldBack(node)));
  }
  if (reply.status.ok() && reply.token.seq != Seq(0)) {
    tokens_[reply.request] = reply.token;
  }
}

// --- Time ---

void World::Tick(NodeId node) {
  const Host& host = HostOf(node);
  const DriftingClock clock(plan_.drift_ppm[node.value()]);
  const Duration wall = kWallEpoch + clock.Elapsed(now_.value()) +
                        plan_.wall_offset[node.value()] + host.wall_jumps;
  // The monotonic clock begins at one second.
  const Duration now = kSecond + clock.Elapsed(now_.value() - host.clock_base);
  Step(node, distdb::Tick{.now = Time(now), .wall_now = WallTime(wall)});
}

void World::ScheduleTick(NodeId node, Host& host, Time deadline) {
  // Most steps ask for the same one again.
  if (deadline != host.asked_deadline) {
    host.asked_deadline = deadline;
    host.asked_at = VirtualTime(node, deadline);
  }
  if (host.asked_at == kNever) {
    host.deadline = kNever;
    return;
  }
  host.deadline = std::max(host.asked_at, now_);
  QueueTick(node, host);
}

Time World::VirtualTime(NodeId node, Time deadline) const {
  // Far deadlines must not overflow.
  if (deadline.value() > kNever.value() / 2) return kNever;
  const DriftingClock clock(plan_.drift_ppm[node.value()]);
  const Duration elapsed = clock.TimeUntil(deadline.value() - kSecond);
  return Time(HostOf(node).clock_base + elapsed);
}

void World::QueueTick(NodeId node, Host& host) {
  // One is queued for the deadline itself, or before.
  if (host.deadline >= host.tick_at) return;
  const Time at = host.deadline + plan_.turn_time[node.value()];
  if (at >= host.tick_at) return;
  host.tick_at = at;
  Push(at, Kind::kTick, node, NodeId(), host.incarnation);
}

void World::HandleTick(NodeId node) {
  Host& host = HostOf(node);
  host.tick_at = kNever;
  if (host.deadline <= now_) return Tick(node);
  // It has been put off since.
  if (host.deadline != kNever) QueueTick(node, host);
}

}  // namespace distdb::sim
