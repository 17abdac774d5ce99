// SocketBio: how OpenSSL reads and writes a socket of ours: never with a
// SIGPIPE, and with the error kept for a person to read.

#ifndef DISTDB_NET_TLS_SOCKET_BIO_H_
#define DISTDB_NET_TLS_SOCKET_BIO_H_

#include <openssl/types.h>

#include "absl/status/status.h"
#include "net/unique_fd.h"

namespace distdb {

// What became of the socket under a BIO.
struct SocketState {
  const UniqueFd* socket = nullptr;
  bool closed = false;  // The other side has ended the stream.
  absl::Status error;
};

// `state` outlives the result, which the caller owns; null when memory is
// short.
BIO* NewSocketBio(SocketState* state);

}  // namespace distdb

#endif  // DISTDB_NET_TLS_SOCKET_BIO_H_
