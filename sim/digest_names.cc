#include "sim/digest_names.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "core/node_set.h"
#include "sim/mix.h"

namespace distdb::sim {
namespace {

constexpr size_t kInitialSlots = 64;
constexpr uint64_t kSeqs = 4096;

}  // namespace

DigestNames::DigestNames() : slots_(kInitialSlots) {}

DigestName DigestNames::NameAnew(const InstanceId& instance,
                                 const Digest& digest) {
  Recent& recent = digest == Digest() ? none_ : recent_[PlaceOf(instance)];
  recent = {digest, NameOf(instance, digest), true};
  return recent.name;
}

DigestName DigestNames::NameOf(const InstanceId& instance,
                               const Digest& digest) {
  if (2 * names_.size() >= slots_.size()) Grow();
  uint32_t& slot = slots_[Locate(digest)];
  if (slot == 0) {
    const auto number = static_cast<uint32_t>(names_.size());
    names_.push_back({digest, {number, ClassesOf(instance)++}});
    slot = number + 1;
  }
  return names_[slot - 1].name;
}

std::optional<DigestName> DigestNames::Find(const Digest& digest) const {
  const uint32_t slot = slots_[Locate(digest)];
  if (slot == 0) return std::nullopt;
  return names_[slot - 1].name;
}

uint32_t& DigestNames::ClassesOf(const InstanceId& instance) {
  const uint64_t origin = instance.origin.value();
  const uint64_t seq = instance.seq.value();
  if (instance.epoch != Epoch(1) || origin >= kNodesMax || seq >= kSeqs) {
    return other_classes_[instance];
  }
  if (classes_.size() <= origin) classes_.resize(origin + 1);
  std::vector<uint32_t>& of_origin = classes_[origin];
  if (of_origin.size() <= seq) of_origin.resize(seq + 1);
  return of_origin[seq];
}

size_t DigestNames::Locate(const Digest& digest) const {
  // Where a name lies depends on the machine's byte order, and nothing else
  // does.
  uint64_t word;
  std::memcpy(&word, digest.bytes.data(), sizeof(word));
  const size_t mask = slots_.size() - 1;
  size_t i = (word * kRoot3) >> 32 & mask;
  while (slots_[i] != 0 && names_[slots_[i] - 1].digest != digest) {
    i = (i + 1) & mask;
  }
  return i;
}

void DigestNames::Grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (size_t i = 0; i < names_.size(); ++i) {
    slots_[Locate(names_[i].digest)] = static_cast<uint32_t>(i + 1);
  }
}

}  // namespace distdb::sim
