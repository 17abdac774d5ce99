// TCP sockets, as the event loop wants them: non-blocking, close-on-exec, and
// with errors that say what to do.
//
// Names are resolved when an Endpoint is used; that may block for a name that
// is not an address or `localhost`, so configurations should give addresses.

#ifndef DISTDB_NET_SOCKET_H_
#define DISTDB_NET_SOCKET_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "net/unique_fd.h"

namespace distdb {

struct Endpoint {
  std::string host;
  uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// "127.0.0.1:7001", "[::1]:7001", "localhost:7001". InvalidArgument otherwise.
absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text);
std::string ToString(const Endpoint& endpoint);

// The same for what is used without looking up a name, which may block: an IP
// address and a port from 1 to 65535.
absl::StatusOr<Endpoint> ParseIpEndpoint(absl::string_view text);

// Whether `host` is written as an address, of either version.
bool IsIpAddress(const std::string& host);

// Whether `host`, an address or `localhost`, is this machine and no other can
// reach it.
bool IsLoopback(const std::string& host);

// A listening socket; port 0 picks a free one, LocalPort tells which.
// AlreadyExists when the address is in use.
absl::StatusOr<UniqueFd> Listen(const Endpoint& endpoint);
absl::StatusOr<uint16_t> LocalPort(const UniqueFd& socket);

// The host at the other end of a connection, as an address. An error when it
// has gone already.
absl::StatusOr<std::string> PeerHost(const UniqueFd& socket);

// The next connection that waits, with TCP_NODELAY. A closed UniqueFd when none
// waits; an error when the process is out of descriptors or memory.
absl::StatusOr<UniqueFd> Accept(const UniqueFd& listener);

// Begins to connect, with TCP_NODELAY. The socket becomes writable when that
// has succeeded or failed; ConnectResult says which.
absl::StatusOr<UniqueFd> StartConnect(const Endpoint& endpoint);
absl::Status ConnectResult(const UniqueFd& socket);

// What one call moved. Never blocks.
struct Transfer {
  size_t bytes = 0;     // 0 when the call would block.
  bool closed = false;  // Reads: the other side has ended the stream.
};
// Unavailable when the connection is broken.
absl::StatusOr<Transfer> ReadSome(const UniqueFd& socket, char* to,
                                  size_t bytes_max);
absl::StatusOr<Transfer> WriteSome(const UniqueFd& socket,
                                   absl::string_view bytes);

}  // namespace distdb

#endif  // DISTDB_NET_SOCKET_H_
