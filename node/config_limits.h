// The ranges of what may be configured, in a file (config.proto) and by flags.

#ifndef DISTDB_NODE_CONFIG_LIMITS_H_
#define DISTDB_NODE_CONFIG_LIMITS_H_

#include <cstdint>
#include <limits>

namespace distdb {

// Both ends are allowed.
struct Range {
  uint64_t min;
  uint64_t max;

  bool Contains(uint64_t value) const { return min <= value && value <= max; }
};

inline constexpr uint64_t kAnySize = std::numeric_limits<uint64_t>::max();

inline constexpr Range kWindowRange{1, 65536};
inline constexpr Range kRequestTimeoutMsRange{1, 3'600'000};
inline constexpr Range kRetainedBytesRange{16 * 1024 * 1024, kAnySize};
inline constexpr Range kHandshakeTimeoutMsRange{10, 60'000};
inline constexpr Range kIdleTimeoutMsRange{100, 3'600'000};
inline constexpr Range kPeerQueueBytesRange{1024 * 1024, kAnySize};
inline constexpr Range kSegmentBytesRange{64 * 1024, 1024 * 1024 * 1024};
inline constexpr Range kSnapshotLogBytesRange{64 * 1024, kAnySize};
inline constexpr Range kRecordBytesRange{64 * 1024, kAnySize};
inline constexpr Range kRecordFilesRange{1, 1000};

}  // namespace distdb

#endif  // DISTDB_NODE_CONFIG_LIMITS_H_
