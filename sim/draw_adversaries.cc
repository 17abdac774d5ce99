// Which adversaries the liars of a run play, and how hard.

#include "sim/draw_faults.h"

namespace distdb::sim {
namespace {

// In how many of eight runs with liars each adversary exists, by its number.
// Those that play schemes are the strongest, and exist most often; what slows
// every run down exists less.
constexpr uint64_t kEighths[kAdversaries] = {
    6,  // equivocation
    6,  // withholding
    6,  // double votes
    4,  // forgery
    6,  // false answers
    6,  // false watermarks
    4,  // false deliveries
    6,  // other story
    3,  // replay
    2,  // flood
    3,  // mutation
    2,  // twins
    3,  // scheduler
};

}  // namespace

void DrawAdversaries(Drawer& draw) {
  draw.plan.adversaries = AdversarySet();
  if (draw.plan.liars.empty()) return;
  for (size_t i = 0; i < kAdversaries; ++i) {
    const uint64_t answer = draw.Choose(Decision::kAdversary, 24, i);
    if (answer < 3 * (8 - kEighths[i])) continue;
    draw.plan.adversaries.Set(
        static_cast<AdversaryName>(i),
        1 + static_cast<uint32_t>(answer % AdversarySet::kHardest));
  }
}

}  // namespace distdb::sim
