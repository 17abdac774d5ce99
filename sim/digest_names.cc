#include "sim/digest_names.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "sim/mix.h"

namespace distdb::sim {
namespace {

constexpr size_t kInitialSlots = 64;

}  // namespace

DigestNames::DigestNames() : slots_(kInitialSlots) {}

DigestName DigestNames::Name(const InstanceId& instance, const Digest& digest) {
  if (2 * used_ >= slots_.size()) Grow();
  Slot& slot = slots_[Locate(digest)];
  if (!slot.used) {
    slot.used = true;
    slot.digest = digest;
    slot.name = {.number = used_, .klass = classes_[instance]++};
    ++used_;
  }
  return slot.name;
}

std::optional<DigestName> DigestNames::Find(const Digest& digest) const {
  const Slot& slot = slots_[Locate(digest)];
  if (!slot.used) return std::nullopt;
  return slot.name;
}

size_t DigestNames::Locate(const Digest& digest) const {
  // Where a name lies depends on the machine's byte order, and nothing else
  // does.
  uint64_t word;
  std::memcpy(&word, digest.bytes.data(), sizeof(word));
  const size_t mask = slots_.size() - 1;
  size_t i = (word * kRoot3) >> 32 & mask;
  while (slots_[i].used && slots_[i].digest != digest) i = (i + 1) & mask;
  return i;
}

void DigestNames::Grow() {
  std::vector<Slot> smaller(2 * slots_.size());
  smaller.swap(slots_);
  for (const Slot& slot : smaller) {
    if (slot.used) slots_[Locate(slot.digest)] = slot;
  }
}

}  // namespace distdb::sim
