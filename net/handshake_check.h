// What two nodes must agree on before they talk.

#ifndef DISTDB_NET_HANDSHAKE_CHECK_H_
#define DISTDB_NET_HANDSHAKE_CHECK_H_

#include <optional>

#include "absl/status/status.h"
#include "core/types.h"
#include "net/codec/frame.h"

namespace distdb {

// How a handshake came in.
struct HandshakeContext {
  // The peer that we have dialled as such.
  std::optional<NodeId> dialled;
  // Who the other side has proven to be.
  std::optional<NodeId> proven;
  // We have dialled, for an introduction.
  bool introducing = false;
};

// OK, or FailedPrecondition with what does not agree. Between two peers the one
// with the larger id dials; for an introduction, anybody who can prove who he
// is.
absl::Status CheckHandshake(const Handshake& ours, const Handshake& theirs,
                            const HandshakeContext& context);

}  // namespace distdb

#endif  // DISTDB_NET_HANDSHAKE_CHECK_H_
