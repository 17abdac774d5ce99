#include "sim/checkers/memory_bound.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/bracha/memory_bound.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

MemoryBound::MemoryBound(const Population& population, Verdict* verdict,
                         const Config& config)
    : StateChecker(population, verdict),
      config_(config),
      payload_bytes_max_(config.payload_bytes_max),
      bound_(bracha::MemoryBound(config)) {
  config_.payload_bytes_max = 0;
  NotePayload(0);
}

void MemoryBound::NotePayload(size_t bytes) {
  config_.payload_bytes_max =
      std::min(std::max(bytes, config_.payload_bytes_max), payload_bytes_max_);
  bound_.open_payloads = bracha::MemoryBound(config_).open_payloads;
}

void MemoryBound::OnState(Time at, NodeId node, const Event& event,
                          const Effects& effects, const Replica& replica) {
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
  const MemoryUse use = replica.Memory();
  if (!IsWithin(use, bound_)) Convict(at, node, use);
}

void MemoryBound::Convict(Time at, NodeId node, const MemoryUse& use) {
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
