// TlsStream: a Stream that is encrypted, and whose other side has proven to be
// one of the nodes that are expected there.

#ifndef DISTDB_NET_TLS_STREAM_H_
#define DISTDB_NET_TLS_STREAM_H_

#include <cstddef>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/socket.h"
#include "net/stream.h"
#include "net/tls/context.h"
#include "net/unique_fd.h"

namespace distdb {

enum class TlsSide { kDials, kAccepts };

// Nobody but the nodes `expected` gets beyond Establish. An error when memory
// is short.
absl::StatusOr<std::unique_ptr<Stream>> NewTlsStream(
    UniqueFd socket, TlsSide side, NodeSet expected,
    std::shared_ptr<const TlsContext> context);

}  // namespace distdb

#endif  // DISTDB_NET_TLS_STREAM_H_
