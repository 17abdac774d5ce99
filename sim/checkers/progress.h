// Progress: how far each node has delivered each origin's stream, as a checker
// sees it from effects and from the records that a node starts with.

#ifndef DISTDB_SIM_CHECKERS_PROGRESS_H_
#define DISTDB_SIM_CHECKERS_PROGRESS_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "core/effects.h"
#include "core/node_set.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb::sim {

class Progress {
 public:
  explicit Progress(int nodes)
      : nodes_(static_cast<size_t>(nodes)), seqs_(nodes_ * nodes_) {}

  int nodes() const { return static_cast<int>(nodes_); }

  // The end of the contiguous prefix that `node` has delivered.
  Seq Of(NodeId node, NodeId origin) const {
    return seqs_[node.value() * nodes_ + origin.value()];
  }
  // The farthest of `nodes`.
  Seq Farthest(NodeSet nodes, NodeId origin) const;
  // Those of `nodes` that have not delivered up to `seq`.
  NodeSet Behind(NodeSet nodes, NodeId origin, Seq seq) const;

  void Raise(NodeId node, const InstanceId& delivered) {
    Seq& seq = seqs_[node.value() * nodes_ + delivered.origin.value()];
    if (delivered.seq > seq) seq = delivered.seq;
  }
  void Raise(NodeId node, const Effects& effects) {
    for (const Delivery& delivery : effects.delivered) {
      Raise(node, delivery.instance);
    }
  }
  // Takes over what the records of a starting node say was delivered.
  void Recover(NodeId node, absl::Span<const Record> records);

 private:
  size_t nodes_;
  std::vector<Seq> seqs_;
};

// Whether this record says that its instance was delivered.
bool SaysDelivered(const Record& record);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_PROGRESS_H_
