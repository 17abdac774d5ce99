// How hard the network, the disks and the crashes of a run are: parts of Plan.

#ifndef DISTDB_SIM_FAULT_PLAN_H_
#define DISTDB_SIM_FAULT_PLAN_H_

#include <cstdint>
#include <vector>

#include "core/types.h"
#include "sim/delay_shape.h"

namespace distdb::sim {

struct NetworkPlan {
  // From node i to node j: [i * n + j].
  std::vector<Duration> link_delay;
  // Drawn per message, added to the link's delay.
  Duration jitter = 0;
  // How it is spread, per link; empty: uniformly.
  std::vector<DelayShape> delay_shape;
  // Per link, added until the healing; empty: nothing.
  std::vector<Duration> slow_by;
  // Per link: what one byte takes to leave, until the healing; meanwhile the
  // link is busy. Empty: nothing.
  std::vector<Duration> byte_time;
  // What would have to wait for a busy link longer than that is lost.
  Duration backlog_max = 50 * kMillisecond;
  // Keeps messages of a link in order.
  bool in_order = true;
  uint32_t loss_per_mille = 0;
  uint32_t duplicate_per_mille = 0;
  // Bytes of the message are altered. The channel's authentication notices: for
  // core it is a loss. With Plan::wire the altered bytes are decoded, too.
  uint32_t corrupt_per_mille = 0;
  // A channel opens at most this long after both ends are up, and an end that
  // stays up notices at most this long after the other end crashed; drawn.
  Duration connect_time = 0;
};

struct DiskPlan {
  // Disks keep the bytes that real nodes write, and each start reads those.
  // Nothing that a run does depends on it, but for LoseDisk.
  bool bytes = false;
  // What a power cut leaves of records that it does not let survive may look
  // like a torn, damaged or misdirected write. Needs `bytes`.
  bool damages_tail = false;
  // Drops what its replica does not need any more; else it keeps all, as nodes
  // do.
  bool discards = true;
  // From the first record in the process's buffer to its writing, drawn; 0: as
  // the step that handed it over ends.
  Duration write_wait = 0;
  // From the first unsynced write to the begin of its fsync, drawn.
  Duration fsync_wait = 0;
  // How long an fsync takes: at least, and at most that much more, drawn.
  Duration fsync_time = 100 * kMicrosecond;
  Duration fsync_jitter = 0;
  // Drawn per fsync, as it should complete: it fails instead, and the node ends
  // itself. Of CrashPlan::count_max.
  uint32_t fsync_fails_per_mille = 0;
  // Drawn per record that a running node reads back, until the healing: the
  // read fails. What an amnesiac's disk could not read stays unreadable for as
  // long as the process lives.
  uint32_t read_fails_per_mille = 0;
};

// Crashes at the moments that hurt, on top of those among the actions.
struct CrashPlan {
  // While a SEND or a vote leaves: some receivers get it, others do not.
  uint32_t while_sending_per_mille = 0;
  // While an fsync is under way, or as it completes before the replica hears of
  // it.
  uint32_t at_fsync_per_mille = 0;
  // Just before or just after the records of a node are written.
  uint32_t at_write_per_mille = 0;
  // So many of them end the process only; the others are power cuts.
  uint32_t process_per_mille = 0;
  // Of all these kinds together, for the whole run.
  uint32_t count_max = 0;
  // A crashed node comes back after at least this, and at most that much more.
  Duration down_time = 10 * kMillisecond;
  Duration down_jitter = 0;
};

// A correct node without which the liveness phase must do.
struct LeftOut {
  // What becomes of it at the healing, for good.
  enum class How : uint8_t {
    kDown,    // It crashes.
    kCutOff,  // Nothing that it sends or is sent arrives.
    kMute,    // Nothing that it sends arrives.
    kDeaf,    // Nothing that it is sent arrives.
  };
  NodeId node;
  How how = How::kDown;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_FAULT_PLAN_H_
