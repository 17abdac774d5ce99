// Stream: the bytes of one TCP connection to a peer, in the clear (here) or
// encrypted and with a proven other side (net/tls/stream.h).
//
// A stream owns its socket. Never blocks; after an error it is not to be used
// any more. Errors say whose fault it is, by their code:
//   Unauthenticated    the other side is not who it should be
//   PermissionDenied   the other side says that of us
//   InvalidArgument    what it sends is malformed
//   Unavailable        the connection is broken

#ifndef DISTDB_NET_STREAM_H_
#define DISTDB_NET_STREAM_H_

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/socket.h"
#include "net/unique_fd.h"

namespace distdb {

class Stream {
 public:
  explicit Stream(UniqueFd socket) : socket_(std::move(socket)) {}
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  const UniqueFd& socket() const { return socket_; }

  // To be called once the socket is connected, and again whenever it is ready,
  // until it says true: then bytes may flow.
  virtual absl::StatusOr<bool> Establish() = 0;

  // As ReadSome and WriteSome. What Write did not take is to be written again,
  // unchanged and no shorter, before anything else. Give Read 16 KiB or more.
  virtual absl::StatusOr<Transfer> Read(char* to, size_t bytes_max) = 0;
  virtual absl::StatusOr<Transfer> Write(absl::string_view bytes) = 0;

  // Something has been read off the socket and waits here for Read: the socket
  // will not tell of it.
  virtual bool has_buffered() const = 0;
  // Establish or Read cannot go on before the socket takes bytes.
  virtual bool wants_write() const = 0;

  // Who the other side has proven to be, once established. None: anybody.
  virtual std::optional<NodeId> peer() const = 0;

 private:
  UniqueFd socket_;
};

// In the clear.
class PlainStream : public Stream {
 public:
  using Stream::Stream;

  absl::StatusOr<bool> Establish() override { return true; }
  absl::StatusOr<Transfer> Read(char* to, size_t bytes_max) override {
    return ReadSome(socket(), to, bytes_max);
  }
  absl::StatusOr<Transfer> Write(absl::string_view bytes) override {
    return WriteSome(socket(), bytes);
  }
  bool has_buffered() const override { return false; }
  bool wants_write() const override { return false; }
  std::optional<NodeId> peer() const override { return std::nullopt; }
};

}  // namespace distdb

#endif  // DISTDB_NET_STREAM_H_
