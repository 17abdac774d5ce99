#include "sim/draw_plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/quorum.h"

namespace distdb::sim {
namespace {

// Draws a plan from the seed's answers, one part per function.
class PlanDrawer {
 public:
  PlanDrawer(Chooser& chooser, const Shape& shape)
      : chooser_(chooser), shape_(shape) {}

  Plan Draw() {
    DrawCluster();
    DrawWhoFails();
    DrawTimes();
    DrawNetwork();
    DrawDisk();
    DrawCrashes();
    DrawPartitions();
    DrawFullDisks();
    DrawClocks();
    DrawClockJumps();
    DrawPauses();
    DrawOperations();
    DrawLies();
    return std::move(plan_);
  }

 private:
  uint64_t Choose(Decision decision, uint64_t n, uint64_t occurrence = 0) {
    return chooser_.Choose({.decision = decision, .occurrence = occurrence}, n);
  }
  uint64_t ChooseFor(Decision decision, NodeId node, uint64_t n,
                     uint64_t occurrence = 0) {
    return chooser_.Choose(
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
  void Act(Duration at, Deed deed) {
    plan_.actions.push_back({{.at = Time(at), .after = {}}, std::move(deed)});
  }
  NodeSet All() const { return NodeSet::FirstN(plan_.nodes()); }

  // `count` different members of `from`.
  NodeSet Pick(Decision decision, NodeSet from, uint64_t count) {
    NodeSet picked;
    for (uint64_t i = 0; i < count && !from.empty(); ++i) {
      uint64_t turn = Choose(decision, static_cast<uint64_t>(from.size()), i);
      for (const NodeId node : from) {
        if (turn-- != 0) continue;
        picked.Insert(node);
        from.Erase(node);
        break;
      }
    }
    return picked;
  }

  void DrawCluster() {
    Config& config = plan_.config;
    // Small clusters are cheap, and hold most of what there is to find.
    static constexpr int kSizes[] = {4, 4, 4, 4, 4, 4, 5, 5,  5,  6,  6,
                                     6, 7, 7, 7, 7, 8, 9, 10, 11, 12, 13};
    config.nodes = kSizes[Choose(Decision::kNodes, std::size(kSizes))];
    if (shape_.nodes.has_value()) config.nodes = *shape_.nodes;
    config.mode =
        Choose(Decision::kMode, 8) == 7 ? Mode::kBroadcast : Mode::kBracha;
    if (shape_.mode.has_value()) config.mode = *shape_.mode;
    config.quorum_policy = shape_.quorum_policy;
    config.window =
        static_cast<uint32_t>(OneOf(Decision::kWindow, {64, 8, 4, 2, 1}));
    config.retained_memory_bytes_max = static_cast<size_t>(
        OneOf(Decision::kRetainedMemory, {64 * 1024 * 1024, 400, 0}));
    // Shorter than a real node's, so that a run has fewer idle rounds.
    config.resend_interval = 20 * kMillisecond;
    config.resend_interval_max = 500 * kMillisecond;
    config.watermark_interval = 5 * kMillisecond;
    plan_.wire = Choose(Decision::kWire, 4) == 3 || shape_.wire;
  }

  // Liars, nodes that stay down, nodes that lose their disk and nodes that the
  // healing leaves out share one budget.
  void DrawWhoFails() {
    const int budget = FaultBudget(plan_.nodes());
    const auto choices = static_cast<uint64_t>(budget + 1);
    auto liars = static_cast<int>(Choose(Decision::kLiarCount, choices));
    if (plan_.config.mode == Mode::kBroadcast) liars = 0;
    if (shape_.liars.has_value()) liars = *shape_.liars;
    int rest = std::max(budget - liars, 0);
    const auto amnesiacs = static_cast<int>(
        Choose(Decision::kAmnesiacCount, static_cast<uint64_t>(rest + 1)));
    const bool may_forget = plan_.config.mode != Mode::kBroadcast;
    if (may_forget) rest -= amnesiacs;
    const uint64_t dead =
        Choose(Decision::kDeadCount, static_cast<uint64_t>(rest + 1));
    plan_.liars = Pick(Decision::kWhoLies, All(), static_cast<uint64_t>(liars));
    if (may_forget) {
      plan_.amnesiacs = Pick(Decision::kWhoForgets, plan_.Honest(),
                             static_cast<uint64_t>(amnesiacs));
    }
    plan_.dead = Pick(Decision::kWhoDies, plan_.Honest(), dead);
    rest -= static_cast<int>(dead);
    DrawLeftOut(
        Choose(Decision::kLeftOutCount, static_cast<uint64_t>(rest + 1)));
    plan_.liars_improvise = true;
  }

  // The core that the healing heals is what remains of the correct nodes.
  void DrawLeftOut(uint64_t count) {
    static constexpr LeftOut::How kHows[] = {
        LeftOut::How::kDown, LeftOut::How::kCutOff, LeftOut::How::kMute,
        LeftOut::How::kDeaf};
    for (const NodeId node :
         Pick(Decision::kWhoIsLeftOut, plan_.Correct(), count)) {
      const uint64_t how =
          ChooseFor(Decision::kHowLeftOut, node, std::size(kHows));
      plan_.left_out.push_back({.node = node, .how = kHows[how]});
    }
  }

  void DrawTimes() {
    active_ =
        OneOf(Decision::kActiveTime, {80 * kMillisecond, 40 * kMillisecond,
                                      200 * kMillisecond, 600 * kMillisecond});
    plan_.heal_at = Time(active_);
    plan_.settle_time = 60 * kSecond;
    // A run that breaks liveness resends until then, with n^2 messages a time.
    const auto n = static_cast<uint64_t>(plan_.nodes());
    plan_.events_max = 1'000'000 + 5'000 * n * n;
    plan_.linger = plan_.liars.empty() && plan_.amnesiacs.empty()
                       ? 0
                       : 1500 * kMillisecond;
  }

  void DrawNetwork() {
    NetworkPlan& network = plan_.network;
    network.loss_per_mille =
        static_cast<uint32_t>(OneOf(Decision::kLossHardness, {0, 10, 80, 250}));
    network.duplicate_per_mille = static_cast<uint32_t>(
        OneOf(Decision::kDuplicationHardness, {0, 20, 100, 300}));
    network.corrupt_per_mille = static_cast<uint32_t>(
        OneOf(Decision::kCorruptionHardness, {0, 0, 10, 50}));
    network.in_order = Choose(Decision::kReordering, 3) == 0;
    network.jitter =
        OneOf(Decision::kJitter,
              {0, 200 * kMicrosecond, 5 * kMillisecond, 40 * kMillisecond});
    network.connect_time =
        OneOf(Decision::kConnectTime, {kMillisecond, 0, 20 * kMillisecond});
    const int64_t slowest =
        OneOf(Decision::kDelayHardness,
              {500 * kMicrosecond, 5 * kMillisecond, 30 * kMillisecond});
    for (const NodeId from : All()) {
      for (const NodeId to : All()) {
        const uint64_t delay = chooser_.Choose(
            {.decision = Decision::kLinkDelay, .from = from, .to = to},
            static_cast<uint64_t>(slowest));
        network.link_delay.push_back(50 * kMicrosecond +
                                     static_cast<Duration>(delay));
      }
    }
  }

  void DrawDisk() {
    plan_.disk.fsync_wait =
        OneOf(Decision::kDiskWait, {0, 100 * kMicrosecond, 3 * kMillisecond});
    plan_.disk.fsync_time =
        OneOf(Decision::kDiskSpeed,
              {100 * kMicrosecond, 10 * kMicrosecond, 5 * kMillisecond});
    plan_.disk.fsync_jitter = OneOf(Decision::kDiskJitter,
                                    {0, 500 * kMicrosecond, 20 * kMillisecond});
  }

  void DrawCrashes() {
    CrashPlan& crash = plan_.crash;
    crash.while_sending_per_mille = static_cast<uint32_t>(
        OneOf(Decision::kVoteCrashHardness, {0, 0, 15, 80}));
    crash.at_fsync_per_mille = static_cast<uint32_t>(
        OneOf(Decision::kDiskCrashHardness, {0, 0, 20, 100}));
    crash.count_max =
        static_cast<uint32_t>(1 + Choose(Decision::kChanceCrashes, 6));
    crash.down_time = kMillisecond;
    crash.down_jitter =
        OneOf(Decision::kDownTime, {10 * kMillisecond, 0, 100 * kMillisecond});
    for (const NodeId node : plan_.dead) {
      const uint64_t at =
          ChooseFor(Decision::kDeathTime, node, static_cast<uint64_t>(active_));
      Act(static_cast<Duration>(at),
          Crash{.node = node, .keeps = {}, .for_good = true});
    }
    for (const NodeId node : plan_.amnesiacs) {
      const auto end = static_cast<uint64_t>(active_);
      const auto at =
          static_cast<Duration>(ChooseFor(Decision::kAmnesiaTime, node, end));
      const auto down = static_cast<Duration>(
          ChooseFor(Decision::kAmnesiaLength, node, end / 4 + 1));
      Act(at, LoseDisk{node});
      Act(at + down, Restart{node});
    }
    const uint64_t count = Choose(Decision::kCrashCount, 4);
    for (uint64_t i = 0; i < count; ++i) {
      const NodeId node(static_cast<uint32_t>(Choose(
          Decision::kWhoCrashes, static_cast<uint64_t>(plan_.nodes()), i)));
      const Duration at = TimeBelow(Decision::kCrashTime, i, active_);
      const Duration down =
          TimeBelow(Decision::kRestartTime, i, crash.down_jitter + 1);
      if (plan_.liars.Contains(node)) continue;
      Act(at, Crash{.node = node, .keeps = {}, .for_good = false});
      Act(at + crash.down_time + down, Restart{node});
    }
  }

  void DrawPartitions() {
    if (plan_.nodes() < 2) return;
    const uint64_t count = Choose(Decision::kPartitionCount, 4);
    // Off in half of the seeds.
    for (uint64_t i = 0; i + 1 < count; ++i) {
      const uint64_t sides = All().bits() - 1;
      const NodeSet side(1 + Choose(Decision::kPartitionSide, sides, i));
      const Duration at = TimeBelow(Decision::kPartitionTime, i, active_);
      const Duration length = TimeBelow(Decision::kPartitionLength, i, active_);
      const bool one_way = Choose(Decision::kPartitionIsOneWay, 2, i) == 1;
      Act(at, Partition{.side = side, .begins = true, .one_way = one_way});
      Act(at + length,
          Partition{.side = side, .begins = false, .one_way = one_way});
    }
  }

  // Off in half of the seeds.
  void DrawFullDisks() {
    const uint64_t count = Choose(Decision::kFullDiskCount, 4);
    for (uint64_t i = 0; i + 1 < count; ++i) {
      const NodeId node(static_cast<uint32_t>(Choose(
          Decision::kFullDiskNode, static_cast<uint64_t>(plan_.nodes()), i)));
      const Duration at = TimeBelow(Decision::kFullDiskTime, i, active_);
      const Duration length = TimeBelow(Decision::kFullDiskLength, i, active_);
      if (plan_.liars.Contains(node)) continue;
      Act(at, FullDisk{.node = node, .begins = true});
      Act(at + length, FullDisk{.node = node, .begins = false});
    }
  }

  // Honest wall clocks stay within 6 s of true time as long as faults last: 2 s
  // of offset, three jumps of at most 1 s, and 5% of a run's active time.
  // (Liars have no clock: their payloads carry the stamps that they like.)
  void DrawClocks() {
    const int64_t skew =
        OneOf(Decision::kClockSkew, {0, 10 * kMillisecond, 2 * kSecond});
    const int64_t fastest =
        OneOf(Decision::kDriftHardness, {0, 200, kDriftMax});
    for (const NodeId node : All()) {
      const uint64_t offset = ChooseFor(Decision::kWallOffset, node,
                                        static_cast<uint64_t>(2 * skew) + 1);
      plan_.wall_offset.push_back(static_cast<Duration>(offset) - skew);
      static constexpr Duration kTurns[] = {0, 20 * kMicrosecond,
                                            300 * kMicrosecond};
      const uint64_t drift = ChooseFor(Decision::kClockDrift, node,
                                       static_cast<uint64_t>(2 * fastest) + 1);
      plan_.drift_ppm.push_back(static_cast<int64_t>(drift) - fastest);
      plan_.turn_time.push_back(
          kTurns[ChooseFor(Decision::kTurnTime, node, std::size(kTurns))]);
    }
  }

  // Off in half of the seeds.
  void DrawClockJumps() {
    const uint64_t count = Choose(Decision::kClockJumpCount, 6);
    for (uint64_t i = 0; i + 2 < count; ++i) {
      const NodeId node(static_cast<uint32_t>(Choose(
          Decision::kClockJumpNode, static_cast<uint64_t>(plan_.nodes()), i)));
      const Duration at = TimeBelow(Decision::kClockJumpTime, i, active_);
      const Duration by = TimeBelow(Decision::kClockJumpBy, i, 2 * kSecond);
      if (plan_.liars.Contains(node)) continue;
      Act(at, ClockJump{.node = node, .by = by - kSecond});
    }
  }

  // Pauses are off in half of the seeds, and so are slow nodes.
  void DrawPauses() {
    const uint64_t count = Choose(Decision::kPauseCount, 4);
    for (uint64_t i = 0; i + 1 < count; ++i) {
      const NodeId node(static_cast<uint32_t>(Choose(
          Decision::kPauseNode, static_cast<uint64_t>(plan_.nodes()), i)));
      const Duration at = TimeBelow(Decision::kPauseTime, i, active_);
      const Duration length = TimeBelow(Decision::kPauseLength, i, active_);
      if (plan_.liars.Contains(node)) continue;
      Act(at, Pause{.node = node, .begins = true});
      Act(at + length, Pause{.node = node, .begins = false});
    }
    const int64_t slowest = OneOf(Decision::kStepTimeHardness,
                                  {0, 0, 20 * kMicrosecond, kMillisecond});
    for (const NodeId node : All()) {
      // One node in three is slow.
      const uint64_t which = ChooseFor(Decision::kStepTime, node, 3);
      plan_.step_time.push_back(which == 2 ? slowest : 0);
    }
  }

  void DrawOperations() {
    // Every replica is asked for a write, and some for more.
    const uint64_t count =
        plan_.Replicas().size() + Choose(Decision::kOperationCount, 14);
    keys_ = 1 + Choose(Decision::kKeyCount, 5);
    std::vector<NodeId> replicas;
    for (const NodeId node : plan_.Replicas()) replicas.push_back(node);
    if (replicas.empty()) return;
    plan_.ask_again_after = 3 * kMillisecond;
    for (uint64_t i = 0; i < count; ++i) {
      const NodeId node =
          i < replicas.size()
              ? replicas[i]
              : replicas[Choose(Decision::kOperationNode, replicas.size(), i)];
      const Duration end = i < replicas.size() ? active_ / 2 : active_;
      const Duration at = TimeBelow(Decision::kOperationTime, i, end);
      Act(at, DrawOperation(node, i));
    }
  }

  Ask DrawOperation(NodeId node, uint64_t i) {
    Ask ask{.node = node, .request = RequestId(i + 1), .command = {}};
    const uint64_t kinds = i < static_cast<uint64_t>(plan_.Replicas().size())
                               ? 8  // All of them writes.
                               : 10;
    const uint64_t kind = Choose(Decision::kOperationKind, kinds, i);
    if (kind >= 8) {
      // Reads, mostly of what an earlier request wrote.
      ask.reads_write_of = RequestId(Choose(Decision::kReadToken, i + 1, i));
      if (kind == 8) {
        ask.command = Get{.key = Key(i, 0), .at_least = {}};
      } else {
        ask.command = List{.prefix = "k", .start = "", .at_least = {}};
      }
      return ask;
    }
    Write write;
    const uint64_t size = 1 + Choose(Decision::kOperationSize, 3, i);
    for (uint64_t m = 0; m < size; ++m) {
      const bool deletes = kind >= 6;
      write.mutations.push_back(
          {.kind = deletes ? MutationKind::kDelete : MutationKind::kPut,
           .key = Key(i, m),
           .value = deletes ? "" : absl::StrCat("v", i, "-", m)});
    }
    ask.command = std::move(write);
    return ask;
  }

  std::string Key(uint64_t operation, uint64_t mutation) {
    return absl::StrCat(
        "k", Choose(Decision::kOperationKey, keys_, operation * 16 + mutation));
  }

  void DrawLies() {
    for (const NodeId liar : plan_.liars) {
      const uint64_t count = 1 + ChooseFor(Decision::kLiarOperations, liar, 5);
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t at = ChooseFor(Decision::kLiarOperationTime, liar,
                                      static_cast<uint64_t>(active_), i);
        Act(static_cast<Duration>(at), Equivocate{liar});
      }
    }
  }

  Chooser& chooser_;
  const Shape& shape_;
  Plan plan_;
  Duration active_ = 0;
  uint64_t keys_ = 1;
};

}  // namespace

Plan DrawPlan(Chooser& chooser, const Shape& shape) {
  return PlanDrawer(chooser, shape).Draw();
}

}  // namespace distdb::sim
