// ReportLimiter: keeps a peer that fails over and over from filling the log.

#ifndef DISTDB_NET_REPORT_LIMITER_H_
#define DISTDB_NET_REPORT_LIMITER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "core/types.h"
#include "net/peer_stats.h"

namespace distdb {

// Lets a report of each peer and kind through once per interval.
class ReportLimiter {
 public:
  explicit ReportLimiter(Duration interval) : interval_(interval) {}

  // How many were left out since the last that passed; none: leave this out.
  std::optional<uint64_t> Pass(std::optional<NodeId> peer, LinkProblem problem,
                               Time now) {
    auto [entry, is_new] = last_.try_emplace({peer, problem});
    if (!is_new && now - entry->second.time < interval_) {
      ++entry->second.left_out;
      return std::nullopt;
    }
    entry->second.time = now;
    return std::exchange(entry->second.left_out, 0);
  }

 private:
  struct Entry {
    Time time;
    uint64_t left_out = 0;
  };

  Duration interval_;
  // At most (kNodesMax + 1) × kinds of problem.
  std::map<std::pair<std::optional<NodeId>, LinkProblem>, Entry> last_;
};

}  // namespace distdb

#endif  // DISTDB_NET_REPORT_LIMITER_H_
