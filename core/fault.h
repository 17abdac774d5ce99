// Fault: a peer's misbehaviour, as data.
//
// A fault convicts: each kind is something that no correct node can do, however
// the network, the disk or a crash treated it. What a correct node may do (an
// ECHO for one digest and a READY for another, a vote that comes twice or
// beyond a window) is never a fault. How many of them are kept and reported is
// said in evidence.h.

#ifndef DISTDB_CORE_FAULT_H_
#define DISTDB_CORE_FAULT_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/types.h"

namespace distdb {

enum class FaultKind : uint8_t {
  // The origin sent two payloads in one instance: `first` and `second`.
  kConflictingSend = 1,
  // The node echoed two digests in one instance: `first` and `second`.
  kConflictingEcho = 2,
  // The node readied two digests in one instance: `first` and `second`.
  kConflictingReady = 3,
  // A SEND on a channel that is not the origin's.
  kForgedSend = 4,
  // The payload is no well-formed batch of writes: `first` is its digest.
  kMalformedPayload = 5,
  // An origin that is no member, a seq of 0, or an unknown kind of message.
  kMalformedMessage = 6,
};

inline constexpr FaultKind kAllFaultKinds[] = {
    FaultKind::kConflictingSend,  FaultKind::kConflictingEcho,
    FaultKind::kConflictingReady, FaultKind::kForgedSend,
    FaultKind::kMalformedPayload, FaultKind::kMalformedMessage};

struct Fault {
  NodeId node;
  FaultKind kind = FaultKind::kMalformedMessage;
  InstanceId instance;
  Digest first;
  Digest second;

  friend bool operator==(const Fault&, const Fault&) = default;
};

// "conflicting SEND", …; "?" for a number that is no kind.
absl::string_view FaultKindName(FaultKind kind);

}  // namespace distdb

#endif  // DISTDB_CORE_FAULT_H_
