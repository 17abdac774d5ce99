#include "sim/checkers/progress.h"

#include <algorithm>

namespace distdb::sim {

Seq Progress::Farthest(NodeSet nodes, NodeId origin) const {
  Seq farthest;
  for (const NodeId node : nodes) {
    farthest = std::max(farthest, Of(node, origin));
  }
  return farthest;
}

NodeSet Progress::Behind(NodeSet nodes, NodeId origin, Seq seq) const {
  NodeSet behind;
  for (const NodeId node : nodes) {
    if (Of(node, origin) < seq) behind.Insert(node);
  }
  return behind;
}

void Progress::Recover(NodeId node, absl::Span<const Record> records) {
  for (const Record& record : records) {
    if (SaysDelivered(record)) Raise(node, record.instance);
  }
}

bool SaysDelivered(const Record& record) {
  return record.kind == RecordKind::kDelivered ||
         record.kind == RecordKind::kApplied;
}

}  // namespace distdb::sim
