// A snapshot of a replica in its own log: where it begins and ends, and what
// its first record says. With it the records before it are no longer needed,
// but for payloads that peers still lack.
//
//   … BEGIN(k) … SNAPSHOT_ECHO, _READY … SNAPSHOT_ENTRIES … END(k) …
//
// It is written over many steps, and the records of those steps stand between
// its own. It is fuzzy: what it says of the store and of open votes was true at
// some time between BEGIN and END. That suffices, because votes never change
// and an entry never gives way to an older one, so replaying every record since
// BEGIN over it gives the replica as of the end of the log.
//
// BEGIN(k) says where each origin's stream stood: all earlier DELIVERED records
// lie below `low`. Only END(k) makes it valid, and a crash before that leaves
// k - 1 in force. The number k is the record's seq, the node its origin.

#ifndef DISTDB_CORE_SNAPSHOT_H_
#define DISTDB_CORE_SNAPSHOT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {

// The payload of BEGIN, by origin.
struct SnapshotHeader {
  struct Position {
    Seq floor;  // Every member has durably delivered what lies below.
    Seq low;    // Delivered here is what lies below,
    uint64_t delivered_bytes;  // which is so much (see bracha/retention.h).
  };
  std::vector<Position> positions;
};

Payload EncodeSnapshotHeader(const SnapshotHeader& header);

// DataLoss where it is not that of `nodes` origins with 1 <= floor <= low.
absl::StatusOr<SnapshotHeader> DecodeSnapshotHeader(const Record& record,
                                                    int nodes);

// Indices of the marks of the last snapshot that is complete.
struct SnapshotPlace {
  size_t begin = 0;
  size_t end = 0;
};

std::optional<SnapshotPlace> FindSnapshot(absl::Span<const Record> records);

}  // namespace distdb

#endif  // DISTDB_CORE_SNAPSHOT_H_
