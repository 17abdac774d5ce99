// ReadYourWrites: a read that asks for a write sees it.
//
//   ∀ p ∈ Honest: a read at p with at_least = (o, s) is answered OK
//     ⇒ p had delivered (o, s)

#ifndef DISTDB_SIM_CHECKERS_READ_YOUR_WRITES_H_
#define DISTDB_SIM_CHECKERS_READ_YOUR_WRITES_H_

#include <map>
#include <utility>

#include "sim/checkers/checker.h"
#include "sim/checkers/progress.h"

namespace distdb::sim {

class ReadYourWrites : public Checker {
 public:
  ReadYourWrites(const Population& population, Verdict* verdict)
      : Checker(population, verdict, kInDeliveries | kInRequests),
        delivered_(population.nodes) {}

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnReply(Time at, NodeId node, const Reply& reply) override;

 private:
  Progress delivered_;
  // (node, request) -> what the read asks for.
  std::map<std::pair<NodeId, RequestId>, Dot> asked_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_READ_YOUR_WRITES_H_
