// FingerprintTable: counts how often something was seen, by a 64-bit
// fingerprint of it. Open addressing; it is never iterated, so that nothing
// depends on the order of its slots.
//
// Two things of one fingerprint count as one. Among the 10^5 decisions of a
// large run that happens once in four billion runs.

#ifndef DISTDB_SIM_FINGERPRINT_TABLE_H_
#define DISTDB_SIM_FINGERPRINT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace distdb::sim {

class FingerprintTable {
 public:
  FingerprintTable() : slots_(kInitialSlots) {}

  // Whether nothing was counted.
  bool empty() const { return used_ == 0; }

  // How often `fingerprint` was counted before, and counts it once more.
  uint64_t Count(uint64_t fingerprint) {
    if (2 * used_ >= slots_.size()) Grow();
    Slot& slot = slots_[Find(slots_, fingerprint)];
    if (slot.count == 0) {
      slot.fingerprint = fingerprint;
      ++used_;
    }
    return slot.count++;
  }

 private:
  // A power of two.
  static constexpr size_t kInitialSlots = 256;

  struct Slot {
    uint64_t fingerprint = 0;
    uint64_t count = 0;  // 0: the slot is free.
  };

  static size_t Find(const std::vector<Slot>& slots, uint64_t fingerprint) {
    const size_t mask = slots.size() - 1;
    size_t i = fingerprint & mask;
    while (slots[i].count != 0 && slots[i].fingerprint != fingerprint) {
      i = (i + 1) & mask;
    }
    return i;
  }

  void Grow() {
    std::vector<Slot> larger(4 * slots_.size());
    for (const Slot& slot : slots_) {
      if (slot.count != 0) larger[Find(larger, slot.fingerprint)] = slot;
    }
    slots_.swap(larger);
  }

  std::vector<Slot> slots_;
  size_t used_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_FINGERPRINT_TABLE_H_
