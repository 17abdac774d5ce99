// How messages fare: delays, loss, partitions.

#include "sim/delay_shape.h"
#include "sim/draw_faults.h"

namespace distdb::sim {

namespace {

// Delays that differ in shape, links that are slow and links that are thin:
// each off in half of the seeds.
void DrawLinks(Drawer& draw) {
  NetworkPlan& network = draw.plan.network;
  const bool has_shapes = draw.Choose(Decision::kDelayShapes, 2) == 1;
  const Duration slow =
      draw.OneOf(Decision::kSlowLinkHardness,
                 {0, 0, 15 * kMillisecond, 80 * kMillisecond});
  const Duration thinnest =
      draw.OneOf(Decision::kBandwidthHardness,
                 {0, 0, 0, kMicrosecond, 8 * kMicrosecond, 40 * kMicrosecond});
  if (thinnest > 0) {
    network.backlog_max =
        draw.OneOf(Decision::kBacklog,
                   {50 * kMillisecond, 5 * kMillisecond, 500 * kMicrosecond});
  }
  const auto choose = [&](Decision decision, NodeId from, NodeId to,
                          uint64_t n) {
    return draw.chooser.Choose({.decision = decision, .from = from, .to = to},
                               n);
  };
  for (const NodeId from : draw.All()) {
    for (const NodeId to : draw.All()) {
      static constexpr DelayShape kShapes[] = {DelayShape::kUniform,
                                               DelayShape::kTwoHumped,
                                               DelayShape::kLongTailed};
      if (has_shapes) {
        network.delay_shape.push_back(
            kShapes[choose(Decision::kDelayShape, from, to, 3)]);
      }
      if (slow > 0) {
        // One link in five.
        const bool is_slow = choose(Decision::kSlowLink, from, to, 5) == 4;
        network.slow_by.push_back(is_slow ? slow : 0);
      }
      if (thinnest > 0) {
        network.byte_time.push_back(
            static_cast<Duration>(choose(Decision::kBandwidth, from, to,
                                         static_cast<uint64_t>(thinnest) + 1)));
      }
    }
  }
}

}  // namespace

void DrawNetwork(Drawer& draw) {
  NetworkPlan& network = draw.plan.network;
  network.loss_per_mille = static_cast<uint32_t>(
      draw.OneOf(Decision::kLossHardness, {0, 10, 80, 250}));
  network.duplicate_per_mille = static_cast<uint32_t>(
      draw.OneOf(Decision::kDuplicationHardness, {0, 20, 100, 300}));
  network.corrupt_per_mille = static_cast<uint32_t>(
      draw.OneOf(Decision::kCorruptionHardness, {0, 0, 10, 50}));
  network.in_order = draw.Choose(Decision::kReordering, 3) == 0;
  network.jitter =
      draw.OneOf(Decision::kJitter,
                 {0, 200 * kMicrosecond, 5 * kMillisecond, 40 * kMillisecond});
  network.connect_time =
      draw.OneOf(Decision::kConnectTime, {kMillisecond, 0, 20 * kMillisecond});
  const int64_t slowest =
      draw.OneOf(Decision::kDelayHardness,
                 {500 * kMicrosecond, 5 * kMillisecond, 30 * kMillisecond});
  for (const NodeId from : draw.All()) {
    for (const NodeId to : draw.All()) {
      const uint64_t delay = draw.chooser.Choose(
          {.decision = Decision::kLinkDelay, .from = from, .to = to},
          static_cast<uint64_t>(slowest));
      network.link_delay.push_back(50 * kMicrosecond +
                                   static_cast<Duration>(delay));
    }
  }
  DrawLinks(draw);
}

void DrawPartitions(Drawer& draw) {
  if (draw.plan.nodes() < 2) return;
  const uint64_t count = draw.Choose(Decision::kPartitionCount, 4);
  // Off in half of the seeds.
  for (uint64_t i = 0; i + 1 < count; ++i) {
    const uint64_t sides = draw.All().bits() - 1;
    const NodeSet side(1 + draw.Choose(Decision::kPartitionSide, sides, i));
    const Duration at =
        draw.TimeBelow(Decision::kPartitionTime, i, draw.active);
    const Duration length =
        draw.TimeBelow(Decision::kPartitionLength, i, draw.active);
    const bool one_way = draw.Choose(Decision::kPartitionIsOneWay, 2, i) == 1;
    static constexpr Partition::UnderWay kUnderWay[] = {
        Partition::UnderWay::kSwallowed, Partition::UnderWay::kHeld,
        Partition::UnderWay::kPasses};
    const Partition::UnderWay under_way =
        kUnderWay[draw.Choose(Decision::kPartitionUnderWay, 3, i)];
    draw.Act(at, Partition{.side = side,
                           .begins = true,
                           .one_way = one_way,
                           .under_way = under_way});
    draw.Act(at + length,
             Partition{.side = side, .begins = false, .one_way = one_way});
  }
}

}  // namespace distdb::sim
