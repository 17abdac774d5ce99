#include "sim/checkers/memory_bound.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/bracha/memory_bound.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

MemoryBound::MemoryBound(const Population& population, Verdict* verdict,
                         const Config& config, FindReplica find_replica)
    : Checker(population, verdict, kInNothing),
      config_(config),
      payload_bytes_max_(config.payload_bytes_max),
      bound_(bracha::MemoryBound(config)),
      find_replica_(std::move(find_replica)) {
  config_.payload_bytes_max = 0;
  NotePayload(0);
}

void MemoryBound::NotePayload(size_t bytes) {
  config_.payload_bytes_max =
      std::min(std::max(bytes, config_.payload_bytes_max), payload_bytes_max_);
  bound_.open_payloads = bracha::MemoryBound(config_).open_payloads;
}

void MemoryBound::OnStep(Time at, NodeId node, const Event& event,
                         const Effects& effects) {
  if (const auto* receive = std::get_if<Receive>(&event)) {
    const size_t bytes = receive->message.payload.size();
    if (bytes > config_.payload_bytes_max) NotePayload(bytes);
  }
  for (const Record& record : effects.persist) {
    // Of a snapshot's records, entries are no payloads of an instance.
    if (record.kind != RecordKind::kEcho) continue;
    const size_t bytes = record.payload.size();
    if (bytes > config_.payload_bytes_max) NotePayload(bytes);
  }
  const Replica* replica = find_replica_(node);
  if (replica == nullptr) return;
  const MemoryUse use = replica->Memory();
  if (IsWithin(use, bound_)) return;
  for (const MemoryTerm& term : kMemoryTerms) {
    const size_t held = use.*term.bytes;
    const size_t bound = bound_.*term.bytes;
    if (held <= bound) continue;
    Report({.property = Property::kMemoryBound,
            .at = at,
            .nodes = NodeSet::Of(node),
            .instance = std::nullopt,
            .what = absl::StrCat(Describe(node), " holds ", held, " bytes of ",
                                 term.name, "; the bound is ", bound)});
    return;
  }
}

}  // namespace distdb::sim
