#include "core/record.h"

#include "absl/strings/string_view.h"

namespace distdb {

absl::string_view RecordKindName(RecordKind kind) {
  switch (kind) {
    case RecordKind::kEcho:
      return "ECHO";
    case RecordKind::kReady:
      return "READY";
    case RecordKind::kDelivered:
      return "DELIVERED";
    case RecordKind::kApplied:
      return "APPLIED";
    case RecordKind::kSnapshotBegin:
      return "SNAPSHOT_BEGIN";
    case RecordKind::kSnapshotEcho:
      return "SNAPSHOT_ECHO";
    case RecordKind::kCollected:
      return "COLLECTED";
    case RecordKind::kSnapshotReady:
      return "SNAPSHOT_READY";
    case RecordKind::kSnapshotEntries:
      return "SNAPSHOT_ENTRIES";
    case RecordKind::kSnapshotEnd:
      return "SNAPSHOT_END";
  }
  return "?";
}

}  // namespace distdb
