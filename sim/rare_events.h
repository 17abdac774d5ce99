// DrawnRareEvents: decides for one node of a run what happens at the rare-event
// points of core (core/rare_event.h).
//
// How often each point strikes is part of the plan (fully off in most runs);
// whether it strikes this time is asked of the Chooser. Where the plan names a
// single strike, nothing is asked.

#ifndef DISTDB_SIM_RARE_EVENTS_H_
#define DISTDB_SIM_RARE_EVENTS_H_

#include "core/rare_event.h"
#include "core/types.h"
#include "sim/choice.h"
#include "sim/fault_counters.h"
#include "sim/fingerprint_table.h"
#include "sim/plan.h"

namespace distdb::sim {

class DrawnRareEvents : public RareEvents {
 public:
  // None of the pointers is owned; all outlive this.
  DrawnRareEvents(NodeId node, const Plan* plan, Chooser* chooser,
                  FaultCounters* faults)
      : node_(node),
        plan_(plan),
        chooser_(chooser),
        faults_(faults),
        strikes_(&plan->rare_strikes) {}

  bool Happens(RareEvent event, const InstanceId& about) override;

 private:
  const NodeId node_;
  const Plan* const plan_;
  Chooser* const chooser_;
  FaultCounters* const faults_;
  FingerprintTable occurrences_;
  Strikes<RareStrike> strikes_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_RARE_EVENTS_H_
