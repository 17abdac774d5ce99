// EventQueue: what will happen, in the order of (virtual time, sequence).
//
//     now              the current bucket      the wheel                far
//   | at_once_ (FIFO) | soon_ (sorted)        | | |x| | | |x|x| | |   | far_
//
// Two entries of equal time come out in the order in which they were put in, so
// that the order never depends on how the queue is laid out. Idle time costs
// nothing: the next entry is the next moment.
//
// Most of what is put in is due within milliseconds. It waits, unsorted, in a
// wheel of short buckets, and is sorted with its few neighbours when its bucket
// comes: so putting in and taking out cost the same however many entries wait.
// What is due at the very moment of the last Pop comes after all else of that
// moment, and is not sorted at all. What is due beyond the wheel is in a heap.

#ifndef DISTDB_SIM_EVENT_QUEUE_H_
#define DISTDB_SIM_EVENT_QUEUE_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "core/always_inline.h"
#include "core/types.h"

namespace distdb::sim {

// T is small and cheap to copy; what is large lives elsewhere and is named.
template <typename T>
class EventQueue {
 public:
  EventQueue() { heads_.fill(kNone); }

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  // Requires that `at` is neither negative nor before the last Pop.
  DISTDB_ALWAYS_INLINE void Push(Time at, const T& value) {
    ++size_;
    const uint64_t sequence = next_sequence_++;
    if (at == now_) return at_once_.push_back(value);
    const uint64_t bucket = BucketOf(at);
    if (bucket - current_ - 1 < kBuckets - 1) {
      return PushWheel(bucket, {at, sequence, value});
    }
    if (bucket <= current_) return PushSoon({at, sequence, value});
    PushHeap(far_, {at, sequence, value});
  }

  // When the first entry is due. Requires !empty().
  DISTDB_ALWAYS_INLINE Time NextTime() {
    if (at_once_begin_ < at_once_.size()) return now_;
    if (soon_begin_ == soon_.size()) Turn();
    return soon_[soon_begin_].at;
  }

  // Removes and returns the first entry. Requires !empty().
  DISTDB_ALWAYS_INLINE std::pair<Time, T> Pop() {
    const Time next = NextTime();
    return {next, PopAt(next)};
  }

  // Removes and returns the first entry, which is due at `next`: what
  // NextTime() has just said.
  DISTDB_ALWAYS_INLINE T PopAt(Time next) {
    --size_;
    // What is due at this moment and was put in before it is not in at_once_.
    if (soon_begin_ < soon_.size() && soon_[soon_begin_].at == next) {
      now_ = next;
      return TakeFirst(soon_, soon_begin_).value;
    }
    return TakeFirst(at_once_, at_once_begin_);
  }

 private:
  // 16 microseconds each, so the wheel goes round in 17 milliseconds.
  static constexpr int kBucketBits = 14;
  static constexpr uint64_t kBuckets = 1024;
  static constexpr size_t kWords = kBuckets / 64;
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  static constexpr size_t kChildren = 4;
  static constexpr size_t kSortedByInsertion = 16;

  struct Entry {
    Time at;
    uint64_t sequence = 0;
    T value;
  };
  struct Node {
    Entry entry;
    uint32_t next;
  };
  using Heap = std::vector<Entry>;

  static uint64_t BucketOf(Time at) {
    return static_cast<uint64_t>(at.value()) >> kBucketBits;
  }

  // Both numbers as one, so that comparing takes no branch: which of two
  // entries is first cannot be predicted. Times are not negative.
  __extension__ using Key = unsigned __int128;
  static Key KeyOf(const Entry& entry) {
    return Key{static_cast<uint64_t>(entry.at.value())} << 64 | entry.sequence;
  }
  static bool Before(const Entry& a, const Entry& b) {
    return KeyOf(a) < KeyOf(b);
  }

  // The first of a queue that begins at `begin`, which goes on to the next.
  template <typename U>
  static U TakeFirst(std::vector<U>& queue, size_t& begin) {
    const U first = queue[begin++];
    if (begin == queue.size()) {
      queue.clear();
      begin = 0;
    }
    return first;
  }

  // After all that is due at the same time or before.
  void PushSoon(const Entry& entry) {
    // What was taken out gives up its room before there is much of it.
    if (soon_begin_ >= 64 && 2 * soon_begin_ >= soon_.size()) {
      soon_.erase(soon_.begin(), soon_.begin() + soon_begin_);
      soon_begin_ = 0;
    }
    soon_.push_back(entry);
    size_t i = soon_.size() - 1;
    for (; i > soon_begin_ && soon_[i - 1].at > entry.at; --i) {
      soon_[i] = soon_[i - 1];
    }
    soon_[i] = entry;
  }

  // Sorts `soon_`, which has a bucket's entries, the last that was put in
  // first.
  void SortSoon() {
    const size_t size = soon_.size();
    if (size > kSortedByInsertion) {
      return std::sort(soon_.begin(), soon_.end(), Before);
    }
    Entry* const entries = soon_.data();
    for (size_t end = 1; end < size; ++end) {
      const Entry entry = entries[end];
      size_t i = end;
      for (; i > 0 && Before(entry, entries[i - 1]); --i) {
        entries[i] = entries[i - 1];
      }
      entries[i] = entry;
    }
  }

  static void PushHeap(Heap& heap, const Entry& entry) {
    heap.push_back(entry);
    Entry* const entries = heap.data();
    size_t i = heap.size() - 1;
    while (i > 0) {
      const size_t parent = (i - 1) / kChildren;
      if (!Before(entry, entries[parent])) break;
      entries[i] = entries[parent];
      i = parent;
    }
    entries[i] = entry;
  }

  static Entry PopHeap(Heap& heap) {
    const Entry first = heap.front();
    const Entry last = heap.back();
    heap.pop_back();
    if (heap.empty()) return first;
    Entry* const entries = heap.data();
    const size_t size = heap.size();
    // Where the root was, or lower as needed.
    size_t i = 0;
    while (true) {
      const size_t begin = i * kChildren + 1;
      if (begin >= size) break;
      const size_t end = std::min(begin + kChildren, size);
      size_t least = begin;
      for (size_t child = begin + 1; child < end; ++child) {
        least = Before(entries[child], entries[least]) ? child : least;
      }
      if (!Before(entries[least], last)) break;
      entries[i] = entries[least];
      i = least;
    }
    entries[i] = last;
    return first;
  }

  DISTDB_ALWAYS_INLINE void PushWheel(uint64_t bucket, const Entry& entry) {
    uint32_t node = free_;
    if (node == kNone) {
      node = MoreNodes();
    } else {
      free_ = nodes_[node].next;
    }
    const size_t slot = bucket % kBuckets;
    nodes_[node] = {entry, heads_[slot]};
    heads_[slot] = node;
    used_[slot / 64] |= uint64_t{1} << (slot % 64);
  }

  uint32_t MoreNodes() {
    nodes_.emplace_back();
    return static_cast<uint32_t>(nodes_.size() - 1);
  }

  // The first bucket after the current one that the wheel has entries of, or
  // the largest number if it has none.
  uint64_t FirstInWheel() const {
    const uint64_t begin = current_ + 1;
    // Word by word, once round and again the word where that began.
    for (size_t i = 0; i <= kWords; ++i) {
      const size_t word = (begin / 64 + i) % kWords;
      uint64_t bits = used_[word];
      if (i == 0) bits &= ~uint64_t{0} << (begin % 64);
      if (bits == 0) continue;
      const uint64_t slot =
          64 * word + static_cast<size_t>(std::countr_zero(bits));
      return begin + (slot - begin) % kBuckets;
    }
    return std::numeric_limits<uint64_t>::max();
  }

  // Goes on to the next bucket that has entries, and sorts these. Requires that
  // there is one, and nothing before it.
  void Turn() {
    uint64_t bucket = FirstInWheel();
    if (!far_.empty()) bucket = std::min(bucket, BucketOf(far_.front().at));
    current_ = bucket;
    while (!far_.empty() && BucketOf(far_.front().at) == bucket) {
      soon_.push_back(PopHeap(far_));
    }
    const size_t slot = bucket % kBuckets;
    if ((used_[slot / 64] >> (slot % 64) & 1) != 0) {
      used_[slot / 64] &= ~(uint64_t{1} << (slot % 64));
      uint32_t node = std::exchange(heads_[slot], kNone);
      while (node != kNone) {
        soon_.push_back(nodes_[node].entry);
        const uint32_t next = std::exchange(nodes_[node].next, free_);
        free_ = node;
        node = next;
      }
    }
    if (soon_.size() > 1) SortSoon();
  }

  size_t size_ = 0;
  uint64_t next_sequence_ = 0;
  // Of the last Pop; what is in at_once_ is due then.
  Time now_{-1};
  std::vector<T> at_once_;
  size_t at_once_begin_ = 0;
  // Everything in the current bucket or before it is in `soon_`.
  uint64_t current_ = 0;
  std::vector<Entry> soon_;
  size_t soon_begin_ = 0;
  // The wheel: per bucket a list of nodes, and a bit that says if it has any.
  std::array<uint32_t, kBuckets> heads_;
  std::array<uint64_t, kWords> used_{};
  std::vector<Node> nodes_;
  uint32_t free_ = kNone;
  Heap far_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_EVENT_QUEUE_H_
