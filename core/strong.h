// StrongInt: an integer with a name, so that a sequence number is never passed
// where a node is meant.
//
// It has what an identifier needs (order, successor, hash) and what a count
// needs (addition of a plain integer, difference), and no implicit conversion
// in either direction.

#ifndef DISTDB_CORE_STRONG_H_
#define DISTDB_CORE_STRONG_H_

#include <compare>
#include <utility>

namespace distdb {

template <typename Tag, typename Rep>
class StrongInt {
 public:
  using ValueType = Rep;

  constexpr StrongInt() = default;
  constexpr explicit StrongInt(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }

  friend constexpr auto operator<=>(StrongInt, StrongInt) = default;

  constexpr StrongInt& operator++() {
    ++value_;
    return *this;
  }
  friend constexpr StrongInt operator+(StrongInt a, Rep b) {
    return StrongInt(static_cast<Rep>(a.value_ + b));
  }
  friend constexpr StrongInt operator-(StrongInt a, Rep b) {
    return StrongInt(static_cast<Rep>(a.value_ - b));
  }
  friend constexpr Rep operator-(StrongInt a, StrongInt b) {
    return static_cast<Rep>(a.value_ - b.value_);
  }

  template <typename H>
  friend H AbslHashValue(H state, StrongInt v) {
    return H::combine(std::move(state), v.value_);
  }

 private:
  Rep value_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_CORE_STRONG_H_
