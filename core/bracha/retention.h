// Retention: how much of an origin's delivered stream is kept for members that
// lack it, and how all know of each other that there is room for more.
//
// A delivered instance is kept until every member has told a watermark beyond
// it. A lying origin and a member that is away, or a liar that tells its
// watermark to some and not to others, could make a node keep without bound. So
// each origin has a share of Config::retained_bytes_max, and a node ECHOs an
// origin's instance only while it keeps less than a share of that stream.
//
// By itself that would be unsound: a correct origin, to which a liar has told
// its watermark, would propose what others, to which it has not, may not ECHO.
// So nodes tell each other how far they have *collected* each stream, in bytes
// of the budget since its start (a *position*; correct nodes deliver the same,
// so they mean the same by it). COLLECTED(origin, position) is on disk before
// it is told, thus never goes back, and it is told once per `step`.
//
//   1. What f + 1 others have collected, a node collects, too: a correct one
//      among them knows that no member lacks it.
//   2. An origin proposes only while it is less than a share ahead of what
//      2f + 1 members have collected. f + 1 of these are correct and tell all:
//      by rule 1 every correct node collects as far, and has room to ECHO.
//   3. A delivery waits while `instances_max` are kept. Of the ECHOs behind a
//      decision f + 1 are by correct nodes, which had room, and what they have
//      told makes room everywhere by rule 1: the wait ends. So READY and the
//      decision itself never wait for room.
//   4. Who waits for room asks for these positions with HELLO, by a timer.
//
// Why `instances_max` suffices: a node that echoes seq keeps less than a share,
// that is at most share / k instances below its `low`, with k =
// kRetainedInstanceBytes, and seq < low + W. What it has told is less than a
// step behind what it has collected.
//
// So a liar can stop nobody but itself by what it proposes. A member that is
// away stops every origin once that one's own share is used, and so does a liar
// that claims to be such a member, until snapshots between nodes exist.

#ifndef DISTDB_CORE_BRACHA_RETENTION_H_
#define DISTDB_CORE_BRACHA_RETENTION_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/config.h"
#include "core/memory_use.h"

namespace distdb::bracha {

struct Retention {
  uint64_t share = 1;          // Bytes per origin.
  uint64_t step = 1;           // Bytes; told when so much has been collected.
  uint64_t instances_max = 1;  // Kept of a stream, while the node runs.
  uint64_t recovered_max = 1;  // Kept of a stream, right after a restart.
};

inline Retention RetentionOf(const Config& config) {
  constexpr uint64_t kSteps = 16;
  Retention retention;
  retention.share = std::max<uint64_t>(
      1, config.retained_bytes_max / static_cast<size_t>(config.nodes));
  retention.step = std::max<uint64_t>(1, retention.share / kSteps);
  // One more each, as what is left of a division counts in full.
  const uint64_t step = retention.step / kRetainedInstanceBytes + 1;
  retention.instances_max =
      retention.share / kRetainedInstanceBytes + 1 + step + config.window;
  // What had been collected since it was last told comes back.
  retention.recovered_max = retention.instances_max + step;
  return retention;
}

// What an instance with such a payload takes of the budget.
inline uint64_t RetainedCharge(size_t payload_bytes) {
  return payload_bytes + kRetainedInstanceBytes;
}

}  // namespace distdb::bracha

#endif  // DISTDB_CORE_BRACHA_RETENTION_H_
