// The identifiers and the time that every protocol here speaks of.
//
// All are plain values. None is read from a clock or drawn at random in core:
// time and seeds come in with events and configuration.

#ifndef DISTDB_CORE_TYPES_H_
#define DISTDB_CORE_TYPES_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <utility>

#include "core/strong.h"

namespace distdb {

// A member of the cluster, 0 <= id < n. Commands and logs for people count
// nodes from 1 (`node-1`, `kill 4`); scenarios and the specification write p0.
using NodeId = StrongInt<struct NodeIdTag, uint32_t>;

// The position of an instance in its origin's stream, from 1. 0 is "none".
using Seq = StrongInt<struct SeqTag, uint64_t>;

// The configuration in force. Every identifier carries it, so that membership
// can change without one epoch's votes counting in another.
using Epoch = StrongInt<struct EpochTag, uint32_t>;

// Names a record in a node's log. Tokens ascend from 1, without a gap but for
// those that a full disk refused. After a restart the records that survived are
// numbered from 1 again, and new ones follow. 0 is "nothing".
using Token = StrongInt<struct TokenTag, uint64_t>;

// A client as the driver knows it, and the client's own number for a request.
using ClientId = StrongInt<struct ClientIdTag, uint64_t>;
using RequestId = StrongInt<struct RequestIdTag, uint64_t>;

// Monotonic time in nanoseconds from a point the driver chose. It measures
// intervals and time-outs, and nothing else.
using Time = StrongInt<struct TimeTag, int64_t>;

// Wall-clock time in nanoseconds since the Unix epoch. It orders writes, and
// may jump; nothing waits for it.
using WallTime = StrongInt<struct WallTimeTag, int64_t>;

// A difference of times, in nanoseconds.
using Duration = int64_t;

inline constexpr Duration kMicrosecond = 1'000;
inline constexpr Duration kMillisecond = 1'000'000;
inline constexpr Duration kSecond = 1'000'000'000;

// A deadline that never comes.
inline constexpr Time kNever{std::numeric_limits<int64_t>::max()};

// One reliable broadcast: what `origin` broadcast as its `seq`-th in `epoch`.
// All of a protocol's state is keyed by this, never by a message's content.
struct InstanceId {
  Epoch epoch;
  NodeId origin;
  Seq seq;

  friend constexpr auto operator<=>(const InstanceId&,
                                    const InstanceId&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const InstanceId& id) {
    return H::combine(std::move(state), id.epoch, id.origin, id.seq);
  }
};

// A point in one origin's stream: what a write's reply carries, and what a read
// may ask to have been applied ("read your writes"). seq 0 asks for nothing.
struct Dot {
  NodeId origin;
  Seq seq;

  friend constexpr auto operator<=>(const Dot&, const Dot&) = default;
};

}  // namespace distdb

#endif  // DISTDB_CORE_TYPES_H_
