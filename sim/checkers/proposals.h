// Proposals: what each honest origin has proposed in its stream, as its own
// records say: first only handed to the disk, then durable.
//
// Only durable proposals count: a SEND leaves once its record is durable, and a
// crash may take back a proposal that is not, whose seq is then used again.

#ifndef DISTDB_SIM_CHECKERS_PROPOSALS_H_
#define DISTDB_SIM_CHECKERS_PROPOSALS_H_

#include <deque>
#include <vector>

#include "absl/types/span.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/types.h"
#include "sim/checkers/instance_table.h"

namespace distdb::sim {

class Proposals {
 public:
  struct Value {
    bool durable = false;
    Digest digest;
    Payload payload;
  };

  explicit Proposals(int nodes)
      : unsynced_(static_cast<size_t>(nodes)),
        durable_(nodes),
        last_(static_cast<size_t>(nodes)) {}

  // To be called with every step of an honest node, before its deliveries are
  // looked at, and with every start.
  void OnStep(NodeId node, const Event& event, const Effects& effects);
  void OnStart(NodeId node, absl::Span<const Record> records);
  // What is not lost is durable, also where the replica never heard of it.
  void OnCrash(NodeId node, Token lost_from);

  // The durable proposal of an instance, if there is one.
  const Value& At(const InstanceId& id) { return durable_.At(id); }
  // The end of the origin's durable stream.
  Seq Last(NodeId origin) const { return last_[origin.value()]; }

 private:
  void MakeDurable(NodeId origin, const Record& record);

  // Per node: own records in the order of their tokens.
  std::vector<std::deque<Record>> unsynced_;
  InstanceTable<Value> durable_;
  std::vector<Seq> last_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_PROPOSALS_H_
