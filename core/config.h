// Config: what a replica is told once, at construction. All members of a
// cluster share everything but `self`.
//
// Sizes are in bytes. How much memory a replica takes follows from them; see
// bracha/memory_bound.h.

#ifndef DISTDB_CORE_CONFIG_H_
#define DISTDB_CORE_CONFIG_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "core/digest.h"
#include "core/quorum.h"
#include "core/rare_event.h"
#include "core/types.h"

namespace distdb {

enum class Mode : uint8_t {
  kBroadcast = 1,  // Naive fan-out, best effort: the baseline.
  kBracha = 2,     // Bracha reliable broadcast: f Byzantine nodes.
};

struct Config {
  NodeId self;
  int nodes = 1;  // 1 <= nodes <= kNodesMax.
  Epoch epoch{1};
  Mode mode = Mode::kBracha;
  QuorumPolicy quorum_policy = QuorumPolicy::kSafe;

  // W: how many instances per origin may be in flight; 1 … 65536.
  uint32_t window = 64;
  // Payload bytes per origin that may be in flight at once, where more than one
  // instance is; 1 … 2^40.
  size_t window_bytes_max = 16 * 1024 * 1024;
  // The largest payload of one instance, in bytes. At least what one mutation
  // of the largest size needs (see kMutationBytesMax in store/batch.h), at
  // most 32 MiB.
  size_t payload_bytes_max = 2 * 1024 * 1024;
  // Writes that wait for a place in the window, with what is noted of each;
  // beyond, ResourceExhausted. At least what one payload needs; at most 2^40.
  size_t waiting_bytes_max = 16 * 1024 * 1024;
  // Reads that wait for the write that they are to see; beyond,
  // ResourceExhausted. At least what the largest read needs; at most 2^40.
  size_t waiting_reads_bytes_max = 16 * 1024 * 1024;
  // Delivered payloads kept on disk for peers that lack them, with
  // kRetainedInstanceBytes for each instance. Each origin has an equal share of
  // it; an origin whose share is full refuses new writes with
  // ResourceExhausted (see bracha/retention.h). 1 … 2^50.
  size_t retained_bytes_max = size_t{1} << 30;
  // How much of them is also kept in memory; the rest is read back when asked
  // for. At most 2^50.
  size_t retained_memory_bytes_max = 64 * 1024 * 1024;

  // So many bytes of records start a new snapshot of the replica, after which
  // the log can be cut; or as many as the last snapshot took, if that is more,
  // so that snapshots at most double what is written. 1 … 2^50.
  size_t snapshot_log_bytes = 64 * 1024 * 1024;

  // Each of these is at least 1 ns and at most a day.
  //
  // What a peer lacks is sent again after resend_interval, then after twice as
  // long each time without progress, up to resend_interval_max. So is a PULL
  // that is not answered, to another peer each time.
  Duration resend_interval = 100 * kMillisecond;
  Duration resend_interval_max = 5 * kSecond;
  // Watermarks are told at the latest this long after they moved.
  Duration watermark_interval = 20 * kMillisecond;
  // A request that is not answered by then is answered DeadlineExceeded.
  Duration request_timeout = 10 * kSecond;

  // Not owned; outlives the replica. Required.
  const Digester* digester = nullptr;
  // Not owned; outlives the replica. Null but in a simulation.
  RareEvents* rare_events = nullptr;
};

// InvalidArgument naming the first field that is out of its range, and the
// range. Every sum that a replica forms of a valid configuration fits.
absl::Status ValidateConfig(const Config& config);

}  // namespace distdb

#endif  // DISTDB_CORE_CONFIG_H_
