#include "sim/calm_plan.h"

#include <cstddef>

namespace distdb::sim {

Plan CalmPlan(int nodes) {
  Plan plan;
  plan.config.nodes = nodes;
  const auto n = static_cast<size_t>(nodes);
  plan.network.link_delay.assign(n * n, kMillisecond);
  plan.wall_offset.assign(n, 0);
  plan.drift_ppm.assign(n, 0);
  plan.turn_time.assign(n, 0);
  plan.step_time.assign(n, 0);
  plan.heal_at = Time(kSecond);
  return plan;
}

}  // namespace distdb::sim
