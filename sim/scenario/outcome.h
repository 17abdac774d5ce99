// Outcome: an observer that keeps what expectations are about: who delivered
// what, who convicted whom, how operations were answered; and the judgement of
// a scenario's expectations on it.

#ifndef DISTDB_SIM_SCENARIO_OUTCOME_H_
#define DISTDB_SIM_SCENARIO_OUTCOME_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/command.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/fault.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/store/store.h"
#include "core/types.h"
#include "sim/checkers/verdict.h"
#include "sim/observer.h"
#include "sim/scenario/scenario.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {

class Outcome : public Observer {
 public:
  explicit Outcome(int nodes)
      : delivered_(static_cast<size_t>(nodes)),
        stores_(static_cast<size_t>(nodes)) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnReply(Time at, NodeId node, const Reply& reply) override;
  // What became durable in the moment of a crash is delivered by the restart.
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;

  // What did not come true, one sentence each; empty if all did.
  std::vector<std::string> Missed(
      const Scenario& scenario,
      const std::optional<Violation>& violation) const;

 private:
  struct Conviction {
    NodeId by;
    NodeId node;
    FaultKind kind;
  };

  struct Delivered {
    Payload payload;
    Time at;
  };

  void Deliver(Time at, NodeId node, const InstanceId& id,
               const Payload& payload);
  // Each returns what was missed, or nothing.
  std::string Judge(const Scenario& scenario,
                    const ExpectedDelivery& expected) const;
  std::string Judge(const ExpectedStore& expected) const;
  std::string Judge(const ExpectedConviction& expected) const;
  std::string Judge(const ExpectedAnswer& expected) const;

  std::vector<std::map<InstanceId, Delivered>> delivered_;  // By node.
  // Recomputed from what was delivered.
  std::vector<Store> stores_;
  std::vector<Conviction> convictions_;
  std::map<RequestId, Reply> replies_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_OUTCOME_H_
