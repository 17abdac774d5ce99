// What a node tells an operator: the lines of INFO, DISTDB.NODES and
// DISTDB.STATUS. Pure functions of what the node knows.

#ifndef DISTDB_NODE_STATUS_TEXT_H_
#define DISTDB_NODE_STATUS_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/fault.h"
#include "core/types.h"
#include "net/discovery/address_book.h"
#include "net/peer_links.h"
#include "net/resp/server.h"
#include "node/driver.h"

namespace distdb {

// One member, as this node sees it.
struct MemberView {
  NodeId id;
  // Where its clients and its peers reach it; empty where that is not known.
  std::string client_address;
  std::string peer_address;
  bool self = false;
  bool up = false;
  Duration since = 0;       // For how long it has been up, or down.
  Duration round_trip = 0;  // 0: not measured.
  bool suspected = false;   // It has given no sign of life for some time.
  bool heard_of = true;     // It has been up since this node started.
  // Per origin: what it has durably delivered, as far as we know.
  std::vector<Seq> watermarks;
};

// How often this node has proven that a member lies in this way.
struct FaultCount {
  NodeId node;
  FaultKind kind = FaultKind::kMalformedMessage;
  uint64_t count = 0;
};

struct NodeView {
  NodeId self;
  Mode mode = Mode::kBracha;
  std::vector<MemberView> members;  // By id, this node included.
  Duration uptime = 0;
  uint64_t keys = 0;
  uint64_t log_bytes = 0;
  size_t log_segments = 0;
  uint64_t log_reserve_bytes = 0;
  // What is held in memory beside the keys, and the most that may be; 0: it has
  // no bound.
  uint64_t memory_bytes = 0;
  uint64_t memory_bytes_max = 0;
  std::vector<FaultCount> faults;  // Those that there were.
  DriverStats driver;
  RespServerStats clients;
  bool secured = false;  // The links between nodes.
  LinkTotals links;
  // Address records: how many are known, and what became of all that came in.
  size_t records = 0;
  RecordCounts records_judged{};
};

// One line per member:
//   1 127.0.0.1:7001 up since=12s rtt=0.21ms suspected=no peer=127.0.0.1:7101
//     delivered=5,0,0,2 behind=0                             (all on one line)
// First where its clients reach it; `peer` is where its peers do.
// `suspected` says that nothing has come from it for half of idle_timeout: its
// link may still be up, and may be down although it lives.
// `delivered` is the watermark of each origin's stream, `behind` how many
// instances this node has delivered and that one, as far as is known, has not:
// peers tell it a moment later. Both are `unknown` for a member that has not
// been up since this node started.
std::string NodesText(const NodeView& view);

// The first line says how many more nodes may fail; then counters, one
// `name: value` per line.
std::string StatusText(const NodeView& view);

// Redis' INFO. `section` as in Backend::Info.
std::string InfoText(const NodeView& view, const std::string& section);

}  // namespace distdb

#endif  // DISTDB_NODE_STATUS_TEXT_H_
