// What a node's records go through until they are durable, and how that fails.
//
//   step ─► append ─► write ─► fsync begins ─► fsync is complete ─► Persisted
//
// A crash may come between any two of these.

#include <algorithm>
#include <utility>

#include "sim/world.h"
#include "sim/world_internal.h"

namespace distdb::sim {

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

bool World::CrashesAtDisk(NodeId node, Decision decision, uint32_t per_mille) {
  if (per_mille == 0 || !MayCrash(node)) return false;
  return chooser_->Chance(DiskAbout(decision, node), per_mille);
}

void World::ScheduleWrite(NodeId node) {
  Host& host = hosts_[node.value()];
  if (host.write_queued || !host.disk.HasAppended()) return;
  // A full disk answers with a step, which must not begin within another one.
  if (plan_.disk.write_wait == 0 && !host.disk_full) return WriteRecords(node);
  host.write_queued = true;
  Duration wait = 0;
  if (plan_.disk.write_wait > 0) {
    wait = Draw(DiskAbout(Decision::kWriteWait, node), plan_.disk.write_wait);
  }
  Push(now_ + wait, Kind::kWrite, node, NodeId(), host.incarnation);
}

void World::WriteRecords(NodeId node) {
  Host& host = hosts_[node.value()];
  host.write_queued = false;
  const uint32_t per_mille = plan_.crash.at_write_per_mille;
  if (CrashesAtDisk(node, Decision::kCrashBeforeWrite, per_mille)) {
    return CrashAtDisk(node, FaultName::kCrashAtWrite);
  }
  if (host.disk_full) return RefuseRecords(node);
  host.disk.Write();
  if (CrashesAtDisk(node, Decision::kCrashAfterWrite, per_mille)) {
    return CrashAtDisk(node, FaultName::kCrashAtWrite);
  }
  ScheduleFsync(node);
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

void World::ScheduleFsync(NodeId node) {
  Host& host = hosts_[node.value()];
  if (host.fsync_queued || host.disk.IsSyncing() || !host.disk.HasUnsynced()) {
    return;
  }
  host.fsync_queued = true;
  Duration wait = 0;
  if (plan_.disk.fsync_wait > 0) {
    wait = Draw(DiskAbout(Decision::kFsyncWait, node), plan_.disk.fsync_wait);
  }
  Push(now_ + wait, Kind::kBeginFsync, node, NodeId(), host.incarnation);
}

void World::BeginFsync(NodeId node) {
  Host& host = hosts_[node.value()];
  host.fsync_queued = false;
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
  if (CrashesAtDisk(node, Decision::kCrashDuringFsync,
                    plan_.crash.at_fsync_per_mille)) {
    const About about = DiskAbout(Decision::kCrashMoment, node);
    Push(now_ + Draw(about, time), Kind::kCrash, node, NodeId(),
         host.incarnation);
  }
}

void World::CompleteFsync(NodeId node) {
  Host& host = hosts_[node.value()];
  const Token durable = host.disk.CompleteFsync();
  // On disk, and nobody has been told.
  if (CrashesAtDisk(node, Decision::kCrashAtFsync,
                    plan_.crash.at_fsync_per_mille)) {
    return CrashAtDisk(node, FaultName::kCrashAtFsync);
  }
  if (!ReleaseHeld(node)) return;
  Step(node, Persisted{durable});
  if (host.replica != nullptr) ScheduleFsync(node);
}

void World::CrashAtDisk(NodeId node, FaultName name) {
  faults_.Count(name);
  CrashByChance(node);
}

void World::HandleLoad(NodeId node, uint64_t token) {
  const Record* record = hosts_[node.value()].disk.Find(Token(token));
  if (record == nullptr) {
    return Step(node, LoadFailed{Token(token), "there is no such record"});
  }
  Step(node, Loaded{*record});
}

}  // namespace distdb::sim
