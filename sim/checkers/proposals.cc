#include "sim/checkers/proposals.h"

#include <algorithm>
#include <variant>

namespace distdb::sim {
namespace {

// The origin's own ECHO reserves its seq; in mode broadcast APPLIED does.
bool IsProposal(NodeId node, const Record& record) {
  return record.instance.origin == node &&
         (record.kind == RecordKind::kEcho ||
          record.kind == RecordKind::kApplied);
}

}  // namespace

void Proposals::OnStep(NodeId node, const Event& event,
                       const Effects& effects) {
  std::deque<Record>& unsynced = unsynced_[node.value()];
  if (const Persisted* persisted = std::get_if<Persisted>(&event)) {
    while (!unsynced.empty() && unsynced.front().token <= persisted->token) {
      MakeDurable(node, unsynced.front());
      unsynced.pop_front();
    }
  }
  if (const PersistFailed* failed = std::get_if<PersistFailed>(&event)) {
    // They come again under new tokens.
    while (!unsynced.empty() && unsynced.back().token >= failed->token) {
      unsynced.pop_back();
    }
  }
  for (const Record& record : effects.persist) {
    if (IsProposal(node, record)) unsynced.push_back(record);
  }
}

void Proposals::OnStart(NodeId node, absl::Span<const Record> records) {
  unsynced_[node.value()].clear();
  for (const Record& record : records) {
    if (IsProposal(node, record)) MakeDurable(node, record);
  }
}

void Proposals::OnCrash(NodeId node, Token lost_from) {
  for (const Record& record : unsynced_[node.value()]) {
    const bool survives = lost_from == Token(0) || record.token < lost_from;
    if (survives) MakeDurable(node, record);
  }
  unsynced_[node.value()].clear();
}

void Proposals::MakeDurable(NodeId origin, const Record& record) {
  durable_.At(record.instance) = {
      .durable = true, .digest = record.digest, .payload = record.payload};
  Seq& last = last_[origin.value()];
  last = std::max(last, record.instance.seq);
}

}  // namespace distdb::sim
