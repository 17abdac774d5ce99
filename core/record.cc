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
  }
  return "?";
}

}  // namespace distdb
