// What an operator sees of the links: counters per peer, and problems.

#ifndef DISTDB_NET_PEER_STATS_H_
#define DISTDB_NET_PEER_STATS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/types.h"

namespace distdb {

// Of one peer, since the start; bytes with framing.
struct PeerStats {
  bool up = false;
  Time since;  // When `up` last changed.
  // When anything last came from it. Before the epoch: nothing has.
  Time last_heard{-1};
  std::string address;  // Where it is, or is tried; empty where unknown.
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  uint64_t messages_in = 0;
  uint64_t messages_out = 0;  // Queued for a link that was up.
  uint64_t dropped_full = 0;  // The queue was full.
  uint64_t dropped_down = 0;  // The link was down.
  uint64_t connects = 0;      // How often the link came up.
  uint64_t malformed = 0;     // Links closed for what came on them.
  size_t queued_bytes = 0;
  Duration round_trip = 0;  // The last measured; 0: none yet.
};

enum class LinkProblem : uint8_t {
  kUnreachable = 1,  // Connecting failed.
  kRefused = 2,      // The handshake does not agree, or they refuse our key.
  kMalformed = 3,    // Bytes that are no frame, or a frame out of order.
  kTimedOut = 4,     // No handshake in time, or nothing heard for too long.
  kClosed = 5,       // The other side or the network ended the link.
  kTooMany = 6,      // More strangers at the door than we talk to at once.
  kWrongKey = 7,     // The other side's key is not the one expected there.
};
inline constexpr size_t kLinkProblems = 8;  // As indices; 0 is none.

inline constexpr absl::string_view LinkProblemName(LinkProblem problem) {
  constexpr absl::string_view kNames[kLinkProblems] = {
      "",          "unreachable", "refused",  "malformed",
      "timed_out", "closed",      "too_many", "wrong_key"};
  return kNames[static_cast<size_t>(problem)];
}

// Of all links and strangers together, since the start.
struct LinkTotals {
  // Connections at the peers' port that have not shaken hands yet.
  size_t strangers = 0;
  // How many links ended so, also those that never came up; by LinkProblem.
  std::array<uint64_t, kLinkProblems> ended{};

  uint64_t Ended(LinkProblem problem) const {
    return ended[static_cast<size_t>(problem)];
  }
};

struct LinkReport {
  LinkProblem problem = LinkProblem::kClosed;
  // None when it is not known who is on the other side.
  std::optional<NodeId> peer;
  // One line; nodes are called as people count them (`node-1`).
  std::string what;
  // Further reports of this peer and kind that were left out since the last.
  uint64_t left_out = 0;
};

}  // namespace distdb

#endif  // DISTDB_NET_PEER_STATS_H_
