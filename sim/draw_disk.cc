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
  draw.plan.disk.read_fails_per_mille = static_cast<uint32_t>(
      draw.OneOf(Decision::kReadFailureHardness, {0, 200, 500, 900}));
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

void DrawFullDisks(Drawer& draw) {
  draw.ActForAWhile<FullDisk>(Decision::kFullDiskCount, Decision::kFullDiskNode,
                              Decision::kFullDiskTime,
                              Decision::kFullDiskLength);
}

}  // namespace distdb::sim
