// How messages fare: delays, loss, partitions.

#include "sim/draw_faults.h"

namespace distdb::sim {

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
    draw.Act(at, Partition{.side = side, .begins = true, .one_way = one_way});
    draw.Act(at + length,
             Partition{.side = side, .begins = false, .one_way = one_way});
  }
}

}  // namespace distdb::sim
