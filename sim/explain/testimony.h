// Testimony: an observer that remembers what each replica was told and did in
// each instance, so that a violation can be explained afterwards: who voted for
// what as far as a node could see, and what it delivered.

#ifndef DISTDB_SIM_EXPLAIN_TESTIMONY_H_
#define DISTDB_SIM_EXPLAIN_TESTIMONY_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/message.h"
#include "core/node_set.h"
#include "core/types.h"
#include "sim/checkers/verdict.h"
#include "sim/narration/value_names.h"
#include "sim/observer.h"
#include "sim/plan.h"

namespace distdb::sim {

class Testimony : public Observer {
 public:
  // `plan`: of the run, outlives this. `names`: of values that have one.
  Testimony(const Plan* plan, ValueNames names);

  bool WatchesPassages() const override { return false; }
  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;

  // Plain sentences, each with a full stop, and a newline after every line:
  // what the property says; then, of the nodes between which it broke, what
  // each delivered in the instance and which votes it had seen; who lies.
  std::string Explain(const Violation& violation);

 private:
  struct Delivered {
    std::string value;
    Time at;
  };
  // Of one node in one instance.
  struct Seen {
    // Who said so, by kind of message and value.
    std::map<std::pair<MessageKind, std::string>, NodeSet> votes;
    std::optional<Delivered> delivered;
  };

  Seen& SeenBy(NodeId node, const InstanceId& id) {
    return seen_[node.value()][id];
  }
  void NoteRecord(NodeId node, const Record& record);
  // One node for each value that was delivered there, and one that delivered
  // nothing; those that the violation names first.
  std::vector<NodeId> Parties(const Violation& violation);
  std::string TellOf(NodeId node, const InstanceId& id);

  const Plan& plan_;
  ValueNames names_;
  std::vector<std::map<InstanceId, Seen>> seen_;  // By node.
};

// What the property says, as one clause: "no two honest nodes deliver …".
std::string PropertyPhrase(Property property);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_EXPLAIN_TESTIMONY_H_
