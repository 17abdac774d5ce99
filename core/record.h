// Record: what a replica asks its driver to make durable. A plain value; its
// bytes on disk are core/log's affair.
//
//   kind        digest  payload  promises, once durable
//   ECHO           x       x     "I echo this digest in this instance, and no
//                                other". On the own stream it also reserves
//                                `seq`.
//   READY          x             "I ready this digest, and no other"
//   DELIVERED      x      (x)    "I have delivered this"; with the payload
//                                where no ECHO record of the same digest has it
//   APPLIED                x     broadcast mode: "I have applied this"
//   COLLECTED                    "I keep nothing of this origin's stream below
//                                `seq`", a position (bracha/retention.h)
//   SNAPSHOT_…                   a snapshot of the replica, see snapshot.h;
//   what
//                                stands before the end mark means nothing
//                                without it

#ifndef DISTDB_CORE_RECORD_H_
#define DISTDB_CORE_RECORD_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/payload.h"
#include "core/types.h"

namespace distdb {

// The numbers are part of the log's format: never reuse one.
enum class RecordKind : uint8_t {
  kEcho = 1,
  kReady = 2,
  kDelivered = 3,
  kApplied = 4,
  kSnapshotBegin = 5,
  kSnapshotEcho = 6,
  kSnapshotReady = 7,
  kSnapshotEntries = 8,
  kSnapshotEnd = 9,
  kCollected = 10,
};

inline constexpr RecordKind kAllRecordKinds[] = {
    RecordKind::kEcho,          RecordKind::kReady,
    RecordKind::kDelivered,     RecordKind::kApplied,
    RecordKind::kSnapshotBegin, RecordKind::kSnapshotEcho,
    RecordKind::kSnapshotReady, RecordKind::kSnapshotEntries,
    RecordKind::kSnapshotEnd,   RecordKind::kCollected};

// Whether it is part of a snapshot: it says again what earlier records said.
constexpr bool IsOfSnapshot(RecordKind kind) {
  return kind >= RecordKind::kSnapshotBegin && kind <= RecordKind::kSnapshotEnd;
}

// Whether it is a promise about one instance, made for the first time.
constexpr bool IsOfInstance(RecordKind kind) {
  return !IsOfSnapshot(kind) && kind != RecordKind::kCollected;
}

struct Record {
  Token token;
  RecordKind kind = RecordKind::kEcho;
  InstanceId instance;
  Digest digest;
  Payload payload;

  friend bool operator==(const Record&, const Record&) = default;
};

// "ECHO", "READY", …; "?" for a number that is no kind.
absl::string_view RecordKindName(RecordKind kind);

}  // namespace distdb

#endif  // DISTDB_CORE_RECORD_H_
