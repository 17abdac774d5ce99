// Nodes start, crash, restart and connect.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/snapshot.h"
#include "sim/checkers/describe.h"
#include "sim/world.h"
#include "sim/world_internal.h"

namespace distdb::sim {

void World::StartNode(NodeId node) {
  Host& host = HostOf(node);
  ++host.incarnation;
  const absl::Status recovered = host.disk.Recover();
  if (!recovered.ok()) return ReportDisk(node, recovered);
  Config config = plan_.config;
  config.self = node;
  config.digester = digester_;
  config.rare_events = host.rare_events.get();
  stepping_ = node;
  absl::StatusOr<std::unique_ptr<Replica>> replica =
      Replica::Create(config, host.disk.kept());
  stepping_ = kNobody;
  if (!replica.ok()) {
    verdict_->Report({.property = Property::kCrash,
                      .at = now_,
                      .nodes = NodeSet::Of(node),
                      .instance = std::nullopt,
                      .what = absl::StrCat(Describe(node), " does not start: ",
                                           replica.status().message())});
    return;
  }
  host.replica = *std::move(replica);
  if (FindSnapshot(host.disk.kept()).has_value()) {
    faults_.Count(FaultName::kSnapshotStart);
  }
  // Each life of a node has a clock of its own.
  host.clock_base = now_.value();
  host.asked_deadline = kNever;
  host.asked_at = kNever;
  host.deadline = kNever;
  host.tick_at = kNever;
  for (Observer* observer : observers_) {
    observer->OnStart(now_, node, host.disk.records());
  }
  Tick(node);
}

void World::CountClockFaults(NodeId node) {
  if (!plan_.Honest().Contains(node)) return;
  if (plan_.wall_offset[node.value()] != 0) {
    faults_.Count(FaultName::kClockOffset);
  }
  if (plan_.drift_ppm[node.value()] != 0) faults_.Count(FaultName::kClockDrift);
}

void World::Restart(NodeId node) {
  const bool joins = HostOf(node).incarnation == 0;
  faults_.Count(joins ? FaultName::kJoin : FaultName::kRestart);
  StartNode(node);
  for (const NodeId peer : NodeSet::FirstN(plan_.nodes()).Without(node)) {
    if (HostOf(peer).is_up()) ScheduleConnect(node, peer);
  }
}

bool World::MayCrash(NodeId node) const {
  return !healed_ && !HostOf(node).is_liar &&
         chance_crashes_ < plan_.crash.count_max;
}

uint64_t World::Survivors(const Crash& crash) {
  const Host& host = HostOf(crash.node);
  const uint64_t at_risk = host.disk.AtRisk();
  if (crash.kind == Crash::Kind::kProcess) return at_risk;
  if (crash.keeps.has_value()) return std::min(*crash.keeps, at_risk);
  return chooser_->Choose({.decision = Decision::kSurvivingRecords,
                           .from = crash.node,
                           .occurrence = host.crashes},
                          at_risk + 1);
}

void World::CrashNode(const Crash& crash) {
  const NodeId node = crash.node;
  Host& host = HostOf(node);
  host.died = host.died || crash.for_good;
  if (crash.for_good) faults_.Count(FaultName::kDeath);
  if (host.replica == nullptr) return;
  faults_.Count(FaultName::kCrash);
  if (crash.kind == Crash::Kind::kPowerCut) faults_.Count(FaultName::kPowerCut);
  if (host.disk.HasAppended()) faults_.Count(FaultName::kLostBuffer);
  const uint64_t survivors = Survivors(crash);
  const bool loses = survivors < host.disk.AtRisk();
  if (loses) faults_.Count(FaultName::kLostRecords);
  const Damage tail = loses ? TailDamage(node) : Damage::kNone;
  const Token lost_from = host.disk.Crash(
      survivors, tail, [&](uint64_t n) { return DrawDamage(node, n); });
  ++host.crashes;
  host.replica.reset();
  while (!host.held.empty()) {
    const Held held = host.held.pop_front();
    if (held.reply == nullptr) messages_.Drop(held.message);
  }
  host.write_queued = false;
  host.fsync_queued = false;
  host.slow_fsyncs.clear();
  host.refused = false;
  host.unreadable.clear();
  SetPause(node, false);
  ++host.incarnation;
  for (Observer* observer : observers_) {
    observer->OnCrash(now_, node, lost_from);
  }
  // The other ends notice a little later.
  for (const NodeId peer : host.channels) {
    const uint64_t channel = host.channel_numbers[peer.value()];
    const Duration delay =
        ChannelTime(Decision::kDisconnectDelay, peer, node, channel);
    Push(now_ + delay, Kind::kDisconnect, peer, node, channel);
  }
  host.channels = NodeSet();
}

void World::LoseDisk(const sim::LoseDisk& lost) {
  const NodeId node = lost.node;
  DISTDB_CHECK(plan_.amnesiacs.Contains(node), "who forgets is in the budget");
  faults_.Count(FaultName::kAmnesia);
  CrashNode({.node = node, .keeps = 0});
  Disk& disk = HostOf(node).disk;
  if (lost.keeps.has_value()) {
    return disk.Forget(std::min(*lost.keeps, uint64_t{disk.records().size()}));
  }
  switch (lost.how) {
    case sim::LoseDisk::How::kAll:
      return disk.Forget(0);
    case sim::LoseDisk::How::kLiedFsync:
      return ForgetSynced(node);
    case sim::LoseDisk::How::kBitFlip:
      return StrikeSynced(node, Damage::kBitFlip);
    case sim::LoseDisk::How::kMisdirected:
      return StrikeSynced(node, Damage::kMisdirected);
  }
}

void World::CrashByChance(NodeId node, std::optional<Crash::Kind> kind) {
  Host& host = HostOf(node);
  ++chance_crashes_;
  const Duration down =
      plan_.crash.down_time + Draw({.decision = Decision::kRestartDelay,
                                    .from = node,
                                    .occurrence = host.crashes},
                                   plan_.crash.down_jitter);
  if (!kind.has_value()) {
    const bool process_only =
        chooser_->Chance({.decision = Decision::kCrashIsOfProcess,
                          .from = node,
                          .occurrence = host.crashes},
                         plan_.crash.process_per_mille);
    kind = process_only ? Crash::Kind::kProcess : Crash::Kind::kPowerCut;
  }
  CrashNode({.node = node, .keeps = {}, .kind = *kind});
  if (!host.died) {
    Push(now_ + down, Kind::kRestart, node, NodeId(), host.incarnation);
  }
}

void World::ScheduleConnect(NodeId a, NodeId b) {
  if (b < a) std::swap(a, b);
  uint64_t& channel = PairChannel(a, b);
  ++channel;
  const Duration delay = ChannelTime(Decision::kConnectDelay, a, b, channel);
  Push(now_ + delay, Kind::kConnect, a, b, channel);
}

Duration World::ChannelTime(Decision decision, NodeId node, NodeId peer,
                            uint64_t channel) {
  const bool opens = decision == Decision::kConnectDelay;
  for (const ChannelDelay& delay : plan_.channel_delays) {
    if (delay.opens == opens && delay.node == node && delay.peer == peer &&
        delay.channel == channel) {
      return delay.after;
    }
  }
  return Draw(
      {.decision = decision, .from = node, .to = peer, .occurrence = channel},
      plan_.network.connect_time);
}

void World::Connect(NodeId a, NodeId b) {
  const uint64_t channel = PairChannel(a, b);
  Host& first = HostOf(a);
  Host& second = HostOf(b);
  if (!first.is_up() || !second.is_up()) return;
  const bool is_open = first.channels.Contains(b) &&
                       second.channels.Contains(a) &&
                       first.channel_numbers[b.value()] == channel &&
                       second.channel_numbers[a.value()] == channel;
  if (is_open) return;
  // An end that has not noticed yet that the former channel is gone.
  Disconnect(a, b, first.channel_numbers[b.value()]);
  Disconnect(b, a, second.channel_numbers[a.value()]);
  if (!first.is_up() || !second.is_up()) return;
  first.channels.Insert(b);
  first.channel_numbers[b.value()] = channel;
  second.channels.Insert(a);
  second.channel_numbers[a.value()] = channel;
  Opened(a, b, channel);
  Opened(b, a, channel);
}

void World::Opened(NodeId node, NodeId peer, uint64_t channel) {
  Host& host = HostOf(node);
  if (!host.channels.Contains(peer)) return;  // It crashed meanwhile.
  if (host.is_liar) {
    coalition_.HandlePeerUp(now_, node, peer, channel);
    return ScheduleLies();
  }
  Step(node, PeerUp{peer});
}

void World::Disconnect(NodeId node, NodeId other, uint64_t channel) {
  Host& host = HostOf(node);
  if (!host.channels.Contains(other) ||
      host.channel_numbers[other.value()] != channel) {
    return;
  }
  host.channels.Erase(other);
  if (host.is_liar) {
    coalition_.HandlePeerDown(now_, node, other);
    return ScheduleLies();
  }
  if (host.replica != nullptr) Step(node, PeerDown{other});
}

uint64_t& World::PairChannel(NodeId a, NodeId b) {
  return pair_channels_[a.value() * hosts_.size() + b.value()];
}

Duration World::Draw(const About& about, Duration at_most) {
  if (at_most <= 0) return 0;
  return static_cast<Duration>(
      chooser_->Choose(about, static_cast<uint64_t>(at_most) + 1));
}

}  // namespace distdb::sim
