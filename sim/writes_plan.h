// WritesPlan: a long calm run, for what is measured.

#ifndef DISTDB_SIM_WRITES_PLAN_H_
#define DISTDB_SIM_WRITES_PLAN_H_

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/calm_plan.h"

namespace distdb::sim {

// A cluster of four in which nothing fails, and `writes` writes, one every
// `interval`, each at the next node.
inline Plan WritesPlan(uint64_t writes, Duration interval) {
  Plan plan = CalmPlan(4);
  plan.config.window = 16;
  plan.network.jitter = kMillisecond;
  plan.final_writes = false;
  for (uint64_t i = 0; i < writes; ++i) {
    Write write;
    write.mutations.push_back(
        {MutationKind::kPut, absl::StrCat("k", i % 64), "value"});
    const auto at = static_cast<Duration>(i + 1) * interval;
    const NodeId node(static_cast<uint32_t>(i % 4));
    plan.actions.push_back({{.at = Time(at), .after = {}},
                            Ask{.node = node,
                                .request = RequestId(i + 1),
                                .command = std::move(write)}});
  }
  plan.heal_at = Time(static_cast<Duration>(writes + 1) * interval);
  return plan;
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_WRITES_PLAN_H_
