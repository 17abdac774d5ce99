// KeySet: the states that were seen, as keys of 128 bits. Open addressing with
// linear probing; a power of two of slots, at most five eighths full. It only
// grows, and is never iterated but to grow.
//
// Every look-up is a miss in all caches, so what it costs is memory latency.
// Large pages halve it, and are asked for where the system has them.

#ifndef DISTDB_SIM_EXPLORE_KEY_SET_H_
#define DISTDB_SIM_EXPLORE_KEY_SET_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/numeric/int128.h"
#include "sim/mix.h"

namespace distdb::sim::explore {

// Never 0.
using Key = absl::uint128;

class KeySet {
 public:
  KeySet() : KeySet(kInitialSlots) {}
  ~KeySet();
  KeySet(const KeySet&) = delete;
  KeySet& operator=(const KeySet&) = delete;

  // Brings the slot of `key` nearer; makes a later Insert faster.
  void Prefetch(Key key) const { __builtin_prefetch(&slots_[Home(key)]); }

  // Whether `key` was not there before.
  bool Insert(Key key) {
    if (8 * (size_ + 1) > 5 * capacity_) Grow();
    size_t slot = Home(key);
    while (slots_[slot] != 0) {
      if (slots_[slot] == key) return false;
      slot = (slot + 1) & (capacity_ - 1);
    }
    slots_[slot] = key;
    ++size_;
    return true;
  }

  bool Contains(Key key) const {
    size_t slot = Home(key);
    while (slots_[slot] != 0 && slots_[slot] != key) {
      slot = (slot + 1) & (capacity_ - 1);
    }
    return slots_[slot] == key;
  }

  size_t size() const { return size_; }
  size_t bytes() const { return capacity_ * sizeof(Key); }

 private:
  static constexpr size_t kInitialSlots = 1 << 16;

  // CHECKs that there is memory for this many slots, a power of two.
  explicit KeySet(size_t capacity);

  size_t Home(Key key) const {
    return Mix64(absl::Uint128Low64(key) +
                 Mix64(absl::Uint128High64(key) ^ kRoot2)) &
           (capacity_ - 1);
  }

  void Grow() {
    KeySet larger(2 * capacity_);
    for (size_t slot = 0; slot < capacity_; ++slot) {
      if (slots_[slot] != 0) larger.Insert(slots_[slot]);
    }
    std::swap(slots_, larger.slots_);
    std::swap(capacity_, larger.capacity_);
  }

  Key* slots_;  // Mapped; 0 is a free slot.
  size_t capacity_;
  size_t size_ = 0;
};

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_KEY_SET_H_
