// SnapshotState: how far a snapshot under way has come; see core/snapshot.h.

#ifndef DISTDB_CORE_BRACHA_SNAPSHOT_STATE_H_
#define DISTDB_CORE_BRACHA_SNAPSHOT_STATE_H_

#include <cstddef>
#include <cstdint>

#include "core/types.h"

namespace distdb::bracha {

// A round of votes ends with the slot that reaches one of these.
inline constexpr size_t kRoundRecords = 128;
inline constexpr size_t kRoundBytes = 1024 * 1024;

struct SnapshotState {
  enum class Phase : uint8_t { kIdle, kBegin, kVotes, kEntries, kEnd };

  Phase phase = Phase::kIdle;
  Seq number;             // Of this one, or of the last one begun.
  Token begin;            // Its first record.
  size_t pending = 0;     // Its records on their way to disk,
  size_t mark_bytes = 0;  // and the payloads of those that are no votes.
  // Up to here the open votes are written.
  NodeId vote_origin;
  Seq vote_seq;

  // See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(phase, number, begin, pending, mark_bytes, vote_origin, vote_seq);
  }
};

}  // namespace distdb::bracha

#endif  // DISTDB_CORE_BRACHA_SNAPSHOT_STATE_H_
