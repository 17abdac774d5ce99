#include "core/fault.h"

#include "absl/strings/string_view.h"

namespace distdb {

absl::string_view FaultKindName(FaultKind kind) {
  switch (kind) {
    case FaultKind::kConflictingSend:
      return "conflicting SEND";
    case FaultKind::kConflictingEcho:
      return "conflicting ECHO";
    case FaultKind::kConflictingReady:
      return "conflicting READY";
    case FaultKind::kForgedSend:
      return "forged SEND";
    case FaultKind::kMalformedPayload:
      return "malformed payload";
    case FaultKind::kMalformedMessage:
      return "malformed message";
  }
  return "?";
}

}  // namespace distdb
