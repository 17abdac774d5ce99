// What a node's records go through until they are durable, and how that fails.
//
//   step ─► append ─► write ─► fsync begins ─► fsync is complete ─► Persisted
//
// A crash may come between any two of these.

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"
#include "sim/world.h"
#include "sim/world_internal.h"

namespace distdb::sim {

About World::DiskAbout(Decision decision, NodeId node) {
  Host& host = HostOf(node);
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

void World::ScheduleWrite(NodeId node) {
  Host& host = HostOf(node);
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
  Host& host = HostOf(node);
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
  Host& host = HostOf(node);
  faults_.Count(FaultName::kFullDisk);
  const Token first = host.disk.Refuse();
  host.refused = true;
  for (size_t i = 0; i < host.held.size(); ++i) {
    Held& held = host.held[i];
    if (held.barrier >= first) held.barrier = kRefused;
  }
  Step(node, PersistFailed{first, "the disk is full"});
}

void World::ScheduleFsync(NodeId node) {
  Host& host = HostOf(node);
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
  Host& host = HostOf(node);
  host.fsync_queued = false;
  const Token covered = host.disk.BeginFsync();
  for (Observer* watcher : watchers_) watcher->OnFsync(now_, node, covered);
  Duration time = plan_.disk.fsync_time;
  if (plan_.disk.fsync_jitter > 0) {
    const About about = DiskAbout(Decision::kFsyncTime, node);
    time += Draw(about, plan_.disk.fsync_jitter);
  }
  if (const std::optional<Time> end = EndOfSlowFsync(node, covered)) {
    time = *end - now_;
  }
  Push(now_ + time, Kind::kCompleteFsync, node, NodeId(), host.incarnation);
  if (CrashesAtDisk(node, Decision::kCrashDuringFsync,
                    plan_.crash.at_fsync_per_mille)) {
    const About about = DiskAbout(Decision::kCrashMoment, node);
    Push(now_ + Draw(about, time), Kind::kCrash, node, NodeId(),
         host.incarnation);
  }
}

void World::NoteSlowFsyncs(NodeId node) {
  if (slow_fsyncs_.empty()) return;
  Host& host = HostOf(node);
  for (const Record& record : effects_.persist) {
    const SlowFsync* slow = slow_fsyncs_.Find([&](const SlowFsync& rule) {
      return Matches(rule.node, node) && Matches(rule.record, record.kind) &&
             Matches(rule.instance, record.instance);
    });
    if (slow != nullptr) host.slow_fsyncs[record.token] = slow;
  }
}

std::optional<Time> World::EndOfSlowFsync(NodeId node, Token covered) {
  std::map<Token, const SlowFsync*>& slow = HostOf(node).slow_fsyncs;
  std::optional<Time> end;
  while (!slow.empty() && slow.begin()->first <= covered) {
    const SlowFsync& rule = *slow.begin()->second;
    const Time at = std::max(rule.until.value_or(now_ + rule.time), now_);
    end = std::max(end.value_or(at), at);
    slow.erase(slow.begin());
  }
  return end;
}

void World::CompleteFsync(NodeId node) {
  Host& host = HostOf(node);
  if (CrashesAtDisk(node, Decision::kFsyncFails,
                    plan_.disk.fsync_fails_per_mille)) {
    faults_.Count(FaultName::kFailedFsync);
    return CrashByChance(node, Crash::Kind::kFailedFsync);
  }
  const Token durable = host.disk.CompleteFsync();
  // On disk, and nobody has been told.
  if (CrashesAtDisk(node, Decision::kCrashAtFsync,
                    plan_.crash.at_fsync_per_mille)) {
    return CrashAtDisk(node, FaultName::kCrashAtFsync);
  }
  if (!ReleaseHeld(node, host)) return;
  persisted_ = Persisted{durable};
  Step(node, persisted_);
  if (host.replica != nullptr) ScheduleFsync(node);
}

void World::CrashAtDisk(NodeId node, FaultName name) {
  faults_.Count(name);
  CrashByChance(node);
}

void World::HandleLoad(NodeId node, uint64_t token) {
  const Record* record = HostOf(node).disk.Find(Token(token));
  if (record == nullptr) {
    return Step(node, LoadFailed{Token(token), "there is no such record"});
  }
  if (!HostOf(node).disk.ReadsBack(record)) {
    return ReportDisk(node, absl::InternalError("a record reads back altered"));
  }
  if (ReadFails(node, *record)) {
    return Step(node, LoadFailed{record->token, "it cannot be read"});
  }
  Step(node, Loaded{*record});
}

bool World::ReadFails(NodeId node, const Record& record) {
  Host& host = HostOf(node);
  if (!host.unreadable.contains(record.token)) {
    if (healed_) return false;
    const bool is_struck = read_failures_.Find([&](const ReadFailure& rule) {
      return Matches(rule.node, node) && Matches(rule.record, record.kind) &&
             Matches(rule.instance, record.instance);
    }) != nullptr;
    if (!is_struck && !DrawsReadFailure(node, record)) return false;
    if (plan_.amnesiacs.Contains(node)) host.unreadable.insert(record.token);
  }
  faults_.Count(FaultName::kFailedRead);
  return true;
}

bool World::DrawsReadFailure(NodeId node, const Record& record) {
  if (plan_.disk.read_fails_per_mille == 0) return false;
  About about{.decision = Decision::kReadFails,
              .from = node,
              .message = MessageKind{static_cast<uint8_t>(record.kind)},
              .instance = record.instance};
  about.occurrence = CountAbout(about);
  return chooser_->Chance(about, plan_.disk.read_fails_per_mille);
}

uint64_t World::DrawDamage(NodeId node, uint64_t n) {
  About about{.decision = Decision::kDamagedPlace, .from = node};
  about.occurrence = CountAbout(about);
  return chooser_->Choose(about, n);
}

Damage World::TailDamage(NodeId node) {
  if (!plan_.disk.damages_tail) return Damage::kNone;
  static constexpr Damage kLooks[] = {
      Damage::kNone,        Damage::kTorn,       Damage::kTorn,
      Damage::kTorn,        Damage::kBitFlip,    Damage::kBitFlip,
      Damage::kMisdirected, Damage::kMisdirected};
  const Damage damage =
      kLooks[chooser_->Choose({.decision = Decision::kTailLooksLike,
                               .from = node,
                               .occurrence = HostOf(node).crashes},
                              std::size(kLooks))];
  if (damage == Damage::kTorn) faults_.Count(FaultName::kTornRecord);
  if (damage == Damage::kBitFlip) faults_.Count(FaultName::kBitFlip);
  if (damage == Damage::kMisdirected) {
    faults_.Count(FaultName::kMisdirectedWrite);
  }
  return damage;
}

void World::ForgetSynced(NodeId node) {
  Disk& disk = HostOf(node).disk;
  if (disk.records().empty()) return;
  faults_.Count(FaultName::kLiedFsync);
  const About about{.decision = Decision::kLiedFsync, .from = node};
  disk.Forget(chooser_->Choose(about, disk.records().size()));
}

void World::StrikeSynced(NodeId node, Damage damage) {
  faults_.Count(damage == Damage::kBitFlip ? FaultName::kBitFlip
                                           : FaultName::kMisdirectedWrite);
  const absl::StatusOr<bool> refused = HostOf(node).disk.Strike(
      damage, [&](uint64_t n) { return DrawDamage(node, n); });
  if (!refused.ok()) return ReportDisk(node, refused.status());
  if (*refused) faults_.Count(FaultName::kRefusedLog);
}

void World::ReportDisk(NodeId node, const absl::Status& problem) {
  verdict_->Report(
      {.property = Property::kCrash,
       .at = now_,
       .nodes = NodeSet::Of(node),
       .instance = std::nullopt,
       .what = absl::StrCat("the disk of ", Describe(node), ": ",
                            absl::string_view(problem.message()))});
}

}  // namespace distdb::sim
