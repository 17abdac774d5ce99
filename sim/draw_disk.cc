// How disks fare.

#include "sim/draw_faults.h"

namespace distdb::sim {

void DrawDisk(Drawer& draw) {
  draw.plan.disk.bytes = draw.Choose(Decision::kDiskBytes, 3) > 0;
  draw.plan.disk.discards = draw.Choose(Decision::kDiskDiscards, 2) == 0;
  draw.plan.disk.damages_tail =
      draw.plan.disk.bytes && draw.Choose(Decision::kTailDamage, 8) > 0;
  draw.plan.disk.fsync_fails_per_mille = static_cast<uint32_t>(
      draw.OneOf(Decision::kFsyncFailureHardness, {0, 0, 5, 30}));
  draw.plan.disk.write_wait = draw.OneOf(
      Decision::kDiskWriteWait, {0, 0, 50 * kMicrosecond, 2 * kMillisecond});
  draw.plan.disk.fsync_wait = draw.OneOf(
      Decision::kDiskWait, {0, 100 * kMicrosecond, 3 * kMillisecond});
  draw.plan.disk.fsync_time =
      draw.OneOf(Decision::kDiskSpeed,
                 {100 * kMicrosecond, 10 * kMicrosecond, 5 * kMillisecond});
  draw.plan.disk.fsync_jitter = draw.OneOf(
      Decision::kDiskJitter, {0, 500 * kMicrosecond, 20 * kMillisecond});
}

// Off in half of the seeds.
void DrawFullDisks(Drawer& draw) {
  const uint64_t count = draw.Choose(Decision::kFullDiskCount, 4);
  for (uint64_t i = 0; i + 1 < count; ++i) {
    const NodeId node = draw.AnyNode(Decision::kFullDiskNode, i);
    const Duration at = draw.TimeBelow(Decision::kFullDiskTime, i, draw.active);
    const Duration length =
        draw.TimeBelow(Decision::kFullDiskLength, i, draw.active);
    if (draw.plan.liars.Contains(node)) continue;
    draw.Act(at, FullDisk{.node = node, .begins = true});
    draw.Act(at + length, FullDisk{.node = node, .begins = false});
  }
}

}  // namespace distdb::sim
