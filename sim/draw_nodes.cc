// How nodes fare: crashes, clocks, pauses.

#include <cstddef>
#include <iterator>

#include "sim/draw_faults.h"

namespace distdb::sim {

namespace {

LoseDisk::How DrawLoss(Drawer& draw, NodeId node) {
  using How = LoseDisk::How;
  static constexpr How kHows[] = {How::kAll,         How::kLiedFsync,
                                  How::kBitFlip,     How::kBitFlip,
                                  How::kMisdirected, How::kMisdirected};
  return kHows[draw.ChooseFor(Decision::kHowForgets, node,
                              draw.plan.disk.bytes ? std::size(kHows) : 2)];
}

}  // namespace

void DrawCrashes(Drawer& draw) {
  CrashPlan& crash = draw.plan.crash;
  crash.while_sending_per_mille = static_cast<uint32_t>(
      draw.OneOf(Decision::kVoteCrashHardness, {0, 0, 15, 80}));
  crash.at_fsync_per_mille = static_cast<uint32_t>(
      draw.OneOf(Decision::kDiskCrashHardness, {0, 0, 20, 100}));
  crash.at_write_per_mille = static_cast<uint32_t>(
      draw.OneOf(Decision::kWriteCrashHardness, {0, 0, 10, 50}));
  crash.process_per_mille = static_cast<uint32_t>(
      draw.OneOf(Decision::kProcessCrashShare, {500, 0, 1000}));
  crash.count_max =
      static_cast<uint32_t>(1 + draw.Choose(Decision::kChanceCrashes, 6));
  crash.down_time = kMillisecond;
  crash.down_jitter = draw.OneOf(Decision::kDownTime,
                                 {10 * kMillisecond, 0, 100 * kMillisecond});
  for (const NodeId node : draw.plan.dead) {
    const uint64_t at = draw.ChooseFor(Decision::kDeathTime, node,
                                       static_cast<uint64_t>(draw.active));
    draw.Act(static_cast<Duration>(at),
             Crash{.node = node, .keeps = {}, .for_good = true});
  }
  for (const NodeId node : draw.plan.amnesiacs) {
    const auto end = static_cast<uint64_t>(draw.active);
    const auto at = static_cast<Duration>(
        draw.ChooseFor(Decision::kAmnesiaTime, node, end));
    const auto down = static_cast<Duration>(
        draw.ChooseFor(Decision::kAmnesiaLength, node, end / 4 + 1));
    draw.Act(at, LoseDisk{node, DrawLoss(draw, node)});
    draw.Act(at + down, Restart{node});
  }
  const uint64_t count = draw.Choose(Decision::kCrashCount, 4);
  for (uint64_t i = 0; i < count; ++i) {
    const NodeId node = draw.AnyNode(Decision::kWhoCrashes, i);
    const Duration at = draw.TimeBelow(Decision::kCrashTime, i, draw.active);
    const Duration down =
        draw.TimeBelow(Decision::kRestartTime, i, crash.down_jitter + 1);
    if (draw.plan.liars.Contains(node)) continue;
    const bool process_only = draw.chooser.Chance(
        {.decision = Decision::kPlannedCrashIsOfProcess, .occurrence = i},
        crash.process_per_mille);
    draw.Act(at, Crash{.node = node,
                       .keeps = {},
                       .kind = process_only ? Crash::Kind::kProcess
                                            : Crash::Kind::kPowerCut});
    draw.Act(at + crash.down_time + down, Restart{node});
  }
}

// Honest wall clocks stay within 6 s of true time as long as faults last: 2 s
// of offset, three jumps of at most 1 s, and 5% of a run's active time.
// (Liars have no clock: their payloads carry the stamps that they like.)
void DrawClocks(Drawer& draw) {
  const int64_t skew =
      draw.OneOf(Decision::kClockSkew, {0, 10 * kMillisecond, 2 * kSecond});
  const int64_t fastest =
      draw.OneOf(Decision::kDriftHardness, {0, 200, kDriftMax});
  for (const NodeId node : draw.All()) {
    const uint64_t offset = draw.ChooseFor(Decision::kWallOffset, node,
                                           static_cast<uint64_t>(2 * skew) + 1);
    draw.plan.wall_offset.push_back(static_cast<Duration>(offset) - skew);
    static constexpr Duration kTurns[] = {0, 20 * kMicrosecond,
                                          300 * kMicrosecond};
    const uint64_t drift = draw.ChooseFor(
        Decision::kClockDrift, node, static_cast<uint64_t>(2 * fastest) + 1);
    draw.plan.drift_ppm.push_back(static_cast<int64_t>(drift) - fastest);
    draw.plan.turn_time.push_back(
        kTurns[draw.ChooseFor(Decision::kTurnTime, node, std::size(kTurns))]);
  }
}

// Off in half of the seeds.
void DrawClockJumps(Drawer& draw) {
  const uint64_t count = draw.Choose(Decision::kClockJumpCount, 6);
  for (uint64_t i = 0; i + 2 < count; ++i) {
    const NodeId node = draw.AnyNode(Decision::kClockJumpNode, i);
    const Duration at =
        draw.TimeBelow(Decision::kClockJumpTime, i, draw.active);
    const Duration by = draw.TimeBelow(Decision::kClockJumpBy, i, 2 * kSecond);
    if (draw.plan.liars.Contains(node)) continue;
    draw.Act(at, ClockJump{.node = node, .by = by - kSecond});
  }
}

// Years, both ways.
void DrawFalseClocks(Drawer& draw) {
  constexpr Duration kYears = 10 * 365 * 24 * 3600 * kSecond;
  for (const NodeId node : draw.plan.false_clocks) {
    const uint64_t jumps =
        1 + draw.ChooseFor(Decision::kFalseClockJumps, node, 3);
    for (uint64_t i = 0; i < jumps; ++i) {
      const uint64_t at = draw.ChooseFor(Decision::kFalseClockTime, node,
                                         static_cast<uint64_t>(draw.active), i);
      const uint64_t by =
          draw.ChooseFor(Decision::kFalseClockBy, node,
                         static_cast<uint64_t>(2 * kYears) + 1, i);
      draw.Act(
          static_cast<Duration>(at),
          ClockJump{.node = node, .by = static_cast<Duration>(by) - kYears});
    }
  }
}

// Off in two thirds of the seeds.
void DrawJoins(Drawer& draw) {
  const auto count = static_cast<uint64_t>(
      draw.OneOf(Decision::kJoinCount, {0, 0, 0, 0, 1, 2}));
  draw.plan.joiners =
      draw.Pick(Decision::kWhoJoins, draw.plan.Correct(), count);
  for (const NodeId node : draw.plan.joiners) {
    const uint64_t at = draw.ChooseFor(Decision::kJoinTime, node,
                                       static_cast<uint64_t>(draw.active));
    draw.Act(static_cast<Duration>(at), Join{node});
  }
}

// Pauses are off in half of the seeds, and so are slow nodes.
void DrawPauses(Drawer& draw) {
  draw.ActForAWhile<Pause>(Decision::kPauseCount, Decision::kPauseNode,
                           Decision::kPauseTime, Decision::kPauseLength);
  const int64_t slowest = draw.OneOf(Decision::kStepTimeHardness,
                                     {0, 0, 20 * kMicrosecond, kMillisecond});
  for (const NodeId node : draw.All()) {
    // One node in three is slow.
    const uint64_t which = draw.ChooseFor(Decision::kStepTime, node, 3);
    draw.plan.step_time.push_back(which == 2 ? slowest : 0);
  }
}

}  // namespace distdb::sim
