#include "node/open_files.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstddef>

#include "core/node_set.h"
#include "net/peer_links.h"

namespace distdb {
namespace {

constexpr size_t kClientsMax = 10'000;
// The links and those that want to become links, one of each port that is told
// that there is no room, and the node's own: log, directory, loop, listeners.
constexpr size_t kReserved = kNodesMax + kStrangersMax + 32;
constexpr rlim_t kUseful = kClientsMax + kReserved;

}  // namespace

size_t RaiseOpenFilesLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < kUseful) {
    rlimit raised = limit;
    raised.rlim_cur = std::min(limit.rlim_max, kUseful);
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return static_cast<size_t>(std::min(limit.rlim_cur, kUseful));
}

size_t ClientsMax(size_t open_files) {
  if (open_files <= kReserved) return 1;
  return std::min(open_files - kReserved, kClientsMax);
}

}  // namespace distdb
