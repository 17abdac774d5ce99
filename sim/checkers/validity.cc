#include "sim/checkers/validity.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

void Validity::OnStep(Time, NodeId node, const Event& event,
                      const Effects& effects) {
  proposals_.OnStep(node, event, effects);
  delivered_.Raise(node, effects);
}

void Validity::OnCrash(Time, NodeId node, Token lost_from) {
  proposals_.OnCrash(node, lost_from);
}

void Validity::OnStart(Time, NodeId node, absl::Span<const Record> records) {
  proposals_.OnStart(node, records);
  delivered_.Recover(node, records);
}

void Validity::OnReply(Time, NodeId node, const Reply& reply) {
  // A read's reply carries no token.
  if (!reply.status.ok() || reply.token.origin != node) return;
  Seq& answered = answered_[node.value()];
  answered = std::max(answered, reply.token.seq);
}

Seq Validity::Promised(NodeId origin) const {
  const Seq answered = answered_[origin.value()];
  if (!population().correct.Contains(origin)) return answered;
  return std::max(answered, proposals_.Last(origin));
}

bool Validity::IsSettled() const {
  for (const NodeId origin : population().honest) {
    const NodeSet behind =
        delivered_.Behind(population().correct, origin, Promised(origin));
    if (!behind.empty()) return false;
  }
  return true;
}

void Validity::Finish(Time at) {
  for (const NodeId origin : population().honest) {
    const Seq promised = Promised(origin);
    const NodeSet behind =
        delivered_.Behind(population().correct, origin, promised);
    if (behind.empty()) continue;
    const InstanceId id{Epoch(1), origin, promised};
    Report({.property = Property::kValidity,
            .at = at,
            .nodes = behind,
            .instance = id,
            .what = absl::StrCat(Describe(behind), " never delivered ",
                                 Describe(id), ", which ", Describe(origin),
                                 promised == answered_[origin.value()]
                                     ? " had answered with OK"
                                     : " had proposed")});
    return;
  }
}

}  // namespace distdb::sim
