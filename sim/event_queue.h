// EventQueue: what will happen, in the order of (virtual time, sequence).
//
// A 4-ary heap of small records. Two entries of equal time come out in the
// order in which they were put in, so that the order never depends on how the
// heap is laid out. Idle time costs nothing: the next entry is the next moment.

#ifndef DISTDB_SIM_EVENT_QUEUE_H_
#define DISTDB_SIM_EVENT_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/types.h"

namespace distdb::sim {

// T is small and cheap to copy; what is large lives elsewhere and is named.
template <typename T>
class EventQueue {
 public:
  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }

  void Push(Time at, const T& value) {
    heap_.push_back(Entry{at, next_sequence_++, value});
    SiftUp(heap_.size() - 1);
  }

  // When the first entry is due. Requires !empty().
  Time NextTime() const { return heap_.front().at; }

  // Removes and returns the first entry. Requires !empty().
  std::pair<Time, T> Pop() {
    const Entry first = heap_.front();
    const Entry last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) SiftDown(last);
    return {first.at, first.value};
  }

 private:
  static constexpr size_t kChildren = 4;

  struct Entry {
    Time at;
    uint64_t sequence;
    T value;
  };

  // Both numbers as one, so that comparing takes no branch: which of two
  // entries is first cannot be predicted. Times are not negative.
  __extension__ using Key = unsigned __int128;
  static Key KeyOf(const Entry& entry) {
    return Key{static_cast<uint64_t>(entry.at.value())} << 64 | entry.sequence;
  }
  static bool Before(const Entry& a, const Entry& b) {
    return KeyOf(a) < KeyOf(b);
  }

  void SiftUp(size_t i) {
    const Entry entry = heap_[i];
    while (i > 0) {
      const size_t parent = (i - 1) / kChildren;
      if (!Before(entry, heap_[parent])) break;
      heap_[i] = heap_[parent];
      i = parent;
    }
    heap_[i] = entry;
  }

  // Puts `entry` where the root was, and lower as needed.
  void SiftDown(const Entry& entry) {
    size_t i = 0;
    while (true) {
      const size_t begin = i * kChildren + 1;
      if (begin >= heap_.size()) break;
      const size_t end = std::min(begin + kChildren, heap_.size());
      size_t least = begin;
      for (size_t child = begin + 1; child < end; ++child) {
        least = Before(heap_[child], heap_[least]) ? child : least;
      }
      if (!Before(heap_[least], entry)) break;
      heap_[i] = heap_[least];
      i = least;
    }
    heap_[i] = entry;
  }

  std::vector<Entry> heap_;
  uint64_t next_sequence_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_EVENT_QUEUE_H_
