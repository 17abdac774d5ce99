// Fifo: a queue that allocates only when it holds more than it ever did.
//
// std::deque gives blocks back and takes new ones as it moves along, which is
// an allocation every few elements on a path that is taken millions of times a
// second. This is a ring in one vector, whose size is a power of two.
//
// T is default-constructible and cheap to move. Elements that were taken out
// are overwritten at once, so that what they held is given up. References are
// valid until the next push_back.

#ifndef DISTDB_CORE_FIFO_H_
#define DISTDB_CORE_FIFO_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "core/check.h"

namespace distdb {

template <typename T>
class Fifo {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  // The i-th from the front. Requires i < size().
  T& operator[](size_t i) {
    DISTDB_CHECK(i < size_, "a queue is read where it holds something");
    return slots_[IndexOf(i)];
  }
  const T& operator[](size_t i) const { return const_cast<Fifo&>(*this)[i]; }
  // Both require !empty().
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }

  void push_back(T value) {
    if (size_ == slots_.size()) Grow();
    slots_[IndexOf(size_)] = std::move(value);
    ++size_;
  }

  // Requires !empty().
  T pop_front() {
    T first = std::exchange(front(), T());
    first_ = IndexOf(1);
    --size_;
    return first;
  }

  void clear() {
    while (!empty()) pop_front();
  }

 private:
  size_t IndexOf(size_t i) const { return (first_ + i) & (slots_.size() - 1); }

  void Grow() {
    std::vector<T> larger(slots_.empty() ? 4 : 2 * slots_.size());
    for (size_t i = 0; i < size_; ++i) larger[i] = std::move((*this)[i]);
    slots_.swap(larger);
    first_ = 0;
  }

  std::vector<T> slots_;
  size_t first_ = 0;
  size_t size_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_CORE_FIFO_H_
