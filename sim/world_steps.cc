// One step of a replica, and carrying out its effects: the duties of a driver
// as event.h and effects.h state them.

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "sim/checkers/describe.h"
#include "sim/drifting_clock.h"
#include "sim/world.h"
#include "sim/world_internal.h"

namespace distdb::sim {

void World::Step(NodeId node, const Event& event) {
  Host& host = hosts_[node.value()];
  if (++events_ > plan_.events_max) {
    verdict_->Report(
        {.property = Property::kHang,
         .at = now_,
         .nodes = NodeSet(),
         .instance = std::nullopt,
         .what = absl::StrCat("no end after ", plan_.events_max, " events")});
    return;
  }
  effects_.Clear();
  stepping_ = node;
  host.replica->Step(event, effects_);
  stepping_ = kNobody;
  for (Observer* observer : observers_) {
    observer->OnStep(now_, node, event, effects_);
  }
  if (!waiting_actions_.empty()) MeetConditionsOf(node, event, effects_);
  const Duration busy = healed_ ? 0 : plan_.step_time[node.value()];
  if (busy > 0 && !host.busy) {
    host.busy = true;
    Push(now_ + busy, Kind::kTurn, node);
  }
  CarryOut(node);
}

void World::CarryOut(NodeId node) {
  Host& host = hosts_[node.value()];
  const Token barrier = HandOver(node);
  if (effects_.discard_before != Token(0)) {
    host.disk.DiscardBefore(effects_.discard_before);
  }
  for (const Token token : effects_.load) {
    const Duration time = Draw({.decision = Decision::kLoadTime,
                                .from = node,
                                .occurrence = host.loads++},
                               plan_.disk.fsync_time);
    Push(now_ + time, Kind::kLoad, node, NodeId(), token.value());
  }
  ScheduleTick(node, effects_.next_deadline);
  for (Envelope& envelope : effects_.send_after_persist) {
    host.held.push_back({barrier, std::move(envelope)});
  }
  for (Reply& reply : effects_.replies_after_persist) {
    host.held.push_back({barrier, std::move(reply)});
  }
  for (const Envelope& envelope : effects_.send) {
    if (!SendEnvelope(node, envelope)) return;
  }
  for (const Reply& reply : effects_.replies) LeaveReply(node, reply);
  if (ReleaseHeld(node)) ScheduleFsync(node);
}

Token World::HandOver(NodeId node) {
  Host& host = hosts_[node.value()];
  host.disk.HandOver(effects_.persist);
  if (host.refused && effects_.persist.empty()) return kRefused;
  if (host.refused) {
    // A replica issues all that was refused at once.
    host.refused = false;
    for (Held& held : host.held) {
      if (held.barrier == kRefused) held.barrier = host.disk.last();
    }
  }
  return host.disk.last();
}

bool World::ReleaseHeld(NodeId node) {
  Host& host = hosts_[node.value()];
  while (!host.held.empty() &&
         host.held.front().barrier <= host.disk.durable()) {
    const Held held = std::move(host.held.front());
    host.held.pop_front();
    if (const Reply* reply = std::get_if<Reply>(&held.what)) {
      LeaveReply(node, *reply);
    } else if (!SendEnvelope(node, std::get<Envelope>(held.what))) {
      return false;
    }
  }
  return true;
}

void World::LeaveReply(NodeId node, const Reply& reply) {
  for (Observer* observer : observers_) observer->OnReply(now_, node, reply);
  if (reply.request >= kFirstFinalWrite) {
    return HearFinalWrite(node, reply.status.ok());
  }
  if (reply.status.ok() && reply.token.seq != Seq(0)) {
    tokens_[reply.request] = reply.token;
  }
}

// --- Time ---

void World::Tick(NodeId node) {
  const Host& host = hosts_[node.value()];
  const DriftingClock clock(plan_.drift_ppm[node.value()]);
  const Duration wall = kWallEpoch + clock.Elapsed(now_.value()) +
                        plan_.wall_offset[node.value()] + host.wall_jumps;
  // The monotonic clock begins at one second.
  const Duration now = kSecond + clock.Elapsed(now_.value() - host.clock_base);
  Step(node, distdb::Tick{.now = Time(now), .wall_now = WallTime(wall)});
}

void World::ScheduleTick(NodeId node, Time deadline) {
  Host& host = hosts_[node.value()];
  // Far deadlines must not overflow.
  const bool is_never = deadline.value() > kNever.value() / 2;
  if (is_never) {
    host.deadline = kNever;
    return;
  }
  const DriftingClock clock(plan_.drift_ppm[node.value()]);
  const Duration elapsed = clock.TimeUntil(deadline.value() - kSecond);
  host.deadline = std::max(Time(host.clock_base + elapsed), now_);
  QueueTick(node);
}

void World::QueueTick(NodeId node) {
  Host& host = hosts_[node.value()];
  const Time at = host.deadline + plan_.turn_time[node.value()];
  if (at >= host.tick_at) return;
  host.tick_at = at;
  Push(at, Kind::kTick, node, NodeId(), host.incarnation);
}

void World::HandleTick(NodeId node) {
  Host& host = hosts_[node.value()];
  host.tick_at = kNever;
  if (host.deadline <= now_) return Tick(node);
  // It has been put off since.
  if (host.deadline != kNever) QueueTick(node);
}

// --- Disk ---

About World::DiskAbout(Decision decision, NodeId node) {
  Host& host = hosts_[node.value()];
  About about{.decision = decision, .from = node};
  const absl::Span<const Record> records = host.disk.records();
  if (!records.empty()) {
    const Record& last = records.back();
    about.message = MessageKind{static_cast<uint8_t>(last.kind)};
    about.instance = last.instance;
    about.digest_class = names_.Name(last.instance, last.digest).klass;
  }
  about.occurrence = CountAbout(about);
  return about;
}

void World::ScheduleFsync(NodeId node) {
  Host& host = hosts_[node.value()];
  if (host.fsync_queued || host.disk.IsSyncing() || !host.disk.HasUnsynced()) {
    return;
  }
  host.fsync_queued = true;
  Duration wait = 0;
  if (plan_.disk.fsync_wait > 0) {
    const About about = DiskAbout(Decision::kFsyncWait, node);
    wait = Draw(about, plan_.disk.fsync_wait);
  }
  Push(now_ + wait, Kind::kBeginFsync, node, NodeId(), host.incarnation);
}

bool World::CrashesAtFsync(NodeId node, Decision decision) {
  const uint64_t per_mille = plan_.crash.at_fsync_per_mille;
  if (per_mille == 0 || !MayCrash(node)) return false;
  const About about = DiskAbout(decision, node);
  return chooser_->Chance(about, per_mille);
}

void World::CrashAtFsync(NodeId node) {
  faults_.Count(FaultName::kCrashAtFsync);
  CrashByChance(node);
}

void World::BeginFsync(NodeId node) {
  Host& host = hosts_[node.value()];
  host.fsync_queued = false;
  if (host.disk_full) return RefuseRecords(node);
  const Token covered = host.disk.BeginFsync();
  for (Observer* observer : observers_) {
    observer->OnFsync(now_, node, covered);
  }
  Duration time = plan_.disk.fsync_time;
  if (plan_.disk.fsync_jitter > 0) {
    const About about = DiskAbout(Decision::kFsyncTime, node);
    time += Draw(about, plan_.disk.fsync_jitter);
  }
  Push(now_ + time, Kind::kCompleteFsync, node, NodeId(), host.incarnation);
  if (CrashesAtFsync(node, Decision::kCrashDuringFsync)) {
    const About about = DiskAbout(Decision::kCrashMoment, node);
    Push(now_ + Draw(about, time), Kind::kCrash, node, NodeId(),
         host.incarnation);
  }
}

void World::RefuseRecords(NodeId node) {
  Host& host = hosts_[node.value()];
  faults_.Count(FaultName::kFullDisk);
  const Token first = host.disk.Refuse();
  host.refused = true;
  for (Held& held : host.held) {
    if (held.barrier >= first) held.barrier = kRefused;
  }
  Step(node, PersistFailed{first, "the disk is full"});
}

void World::CompleteFsync(NodeId node) {
  Host& host = hosts_[node.value()];
  const Token durable = host.disk.CompleteFsync();
  // On disk, and nobody has been told.
  if (CrashesAtFsync(node, Decision::kCrashAtFsync)) return CrashAtFsync(node);
  if (!ReleaseHeld(node)) return;
  Step(node, Persisted{durable});
  if (host.replica != nullptr) ScheduleFsync(node);
}

void World::HandleLoad(NodeId node, uint64_t token) {
  const Record* record = hosts_[node.value()].disk.Find(Token(token));
  if (record == nullptr) {
    return Step(node, LoadFailed{Token(token), "there is no such record"});
  }
  Step(node, Loaded{*record});
}

}  // namespace distdb::sim
