// NodeSet: a set of nodes as a bit mask, so that counting a vote is one
// instruction and allocates nothing.

#ifndef DISTDB_CORE_NODE_SET_H_
#define DISTDB_CORE_NODE_SET_H_

#include <bit>
#include <cstdint>

#include "core/types.h"

namespace distdb {

// The largest cluster. A configuration beyond it is refused with an error.
inline constexpr int kNodesMax = 64;

class NodeSet {
 public:
  constexpr NodeSet() = default;
  constexpr explicit NodeSet(uint64_t bits) : bits_(bits) {}

  // {0, …, n−1}; 0 <= n <= kNodesMax.
  static constexpr NodeSet FirstN(int n) {
    return NodeSet(n >= kNodesMax ? ~uint64_t{0} : (uint64_t{1} << n) - 1);
  }
  static constexpr NodeSet Of(NodeId node) { return NodeSet(Bit(node)); }

  constexpr bool Contains(NodeId node) const { return bits_ & Bit(node); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr int size() const {
    // std::popcount is a call where the compiler may not assume that the
    // processor has an instruction for it.
    uint64_t x = bits_ - (bits_ >> 1 & 0x5555555555555555);
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return static_cast<int>(x * 0x0101010101010101 >> 56);
  }
  constexpr uint64_t bits() const { return bits_; }

  constexpr void Insert(NodeId node) { bits_ |= Bit(node); }
  constexpr void Erase(NodeId node) { bits_ &= ~Bit(node); }

  constexpr NodeSet With(NodeId node) const {
    return NodeSet(bits_ | Bit(node));
  }
  constexpr NodeSet Without(NodeId node) const {
    return NodeSet(bits_ & ~Bit(node));
  }

  friend constexpr NodeSet operator|(NodeSet a, NodeSet b) {
    return NodeSet(a.bits_ | b.bits_);
  }
  friend constexpr NodeSet operator&(NodeSet a, NodeSet b) {
    return NodeSet(a.bits_ & b.bits_);
  }
  friend constexpr bool operator==(NodeSet, NodeSet) = default;

  // Iterates in ascending order: `for (NodeId node : set)`.
  class Iterator {
   public:
    constexpr explicit Iterator(uint64_t rest) : rest_(rest) {}
    constexpr NodeId operator*() const {
      return NodeId(static_cast<uint32_t>(std::countr_zero(rest_)));
    }
    constexpr Iterator& operator++() {
      rest_ &= rest_ - 1;
      return *this;
    }
    friend constexpr bool operator==(Iterator, Iterator) = default;

   private:
    uint64_t rest_;
  };
  constexpr Iterator begin() const { return Iterator(bits_); }
  constexpr Iterator end() const { return Iterator(0); }

 private:
  static constexpr uint64_t Bit(NodeId node) {
    return uint64_t{1} << node.value();
  }

  uint64_t bits_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_CORE_NODE_SET_H_
