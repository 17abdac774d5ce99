#include "net/tls/stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/socket.h"
#include "net/stream.h"
#include "net/tls/context.h"
#include "net/tls/socket_bio.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

absl::string_view ReasonOf(unsigned long error) {
  const char* reason = ERR_reason_error_string(error);
  return reason == nullptr ? "no reason given" : reason;
}

class TlsStream : public Stream {
 public:
  TlsStream(UniqueFd socket, NodeSet expected,
            std::shared_ptr<const TlsContext> context)
      : Stream(std::move(socket)), context_(std::move(context)) {
    state_.socket = &this->socket();
    check_.context = context_.get();
    check_.expected = expected;
  }

  absl::Status Init(TlsSide side);

  absl::StatusOr<bool> Establish() override;
  absl::StatusOr<Transfer> Read(char* to, size_t bytes_max) override;
  absl::StatusOr<Transfer> Write(absl::string_view bytes) override;
  bool has_buffered() const override {
    return SSL_has_pending(ssl_.get()) == 1;
  }
  bool wants_write() const override { return wants_write_; }
  std::optional<NodeId> peer() const override {
    return established_ ? check_.shown : std::nullopt;
  }

 private:
  // What a call that returned `result` came to: nothing moved, the end of the
  // stream, or what broke it.
  absl::StatusOr<Transfer> Outcome(int result);
  absl::Status ProtocolError() const;

  std::shared_ptr<const TlsContext> context_;
  SocketState state_;
  PeerCheck check_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
  bool established_ = false;
  bool wants_write_ = false;
};

absl::Status TlsStream::Init(TlsSide side) {
  ssl_.reset(SSL_new(context_->native()));
  BIO* bio = ssl_ == nullptr ? nullptr : NewSocketBio(&state_);
  if (bio == nullptr) {
    ERR_clear_error();
    return absl::ResourceExhaustedError("no memory for a TLS connection");
  }
  SSL_set_bio(ssl_.get(), bio, bio);  // Takes it.
  SSL_set_app_data(ssl_.get(), &check_);
  if (side == TlsSide::kDials) {
    SSL_set_connect_state(ssl_.get());
  } else {
    SSL_set_accept_state(ssl_.get());
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> TlsStream::Establish() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    wants_write_ = false;
    established_ = true;
    return true;
  }
  const absl::StatusOr<Transfer> outcome = Outcome(result);
  if (!outcome.ok()) return outcome.status();
  if (outcome->closed) {
    return absl::UnavailableError("the other side closed it");
  }
  return false;
}

absl::StatusOr<Transfer> TlsStream::Read(char* to, size_t bytes_max) {
  ERR_clear_error();
  Transfer read;
  const int result = SSL_read_ex(ssl_.get(), to, bytes_max, &read.bytes);
  if (result != 1) return Outcome(result);
  wants_write_ = false;
  return read;
}

absl::StatusOr<Transfer> TlsStream::Write(absl::string_view bytes) {
  Transfer written;
  // One record per call of OpenSSL's.
  while (written.bytes < bytes.size()) {
    ERR_clear_error();
    size_t count = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data() + written.bytes,
                                    bytes.size() - written.bytes, &count);
    if (result != 1) {
      if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_WRITE) break;
      const absl::StatusOr<Transfer> outcome = Outcome(result);
      if (!outcome.ok()) return outcome;
      break;
    }
    written.bytes += count;
  }
  return written;
}

absl::StatusOr<Transfer> TlsStream::Outcome(int result) {
  const int error = SSL_get_error(ssl_.get(), result);
  wants_write_ = error == SSL_ERROR_WANT_WRITE;
  if (error == SSL_ERROR_WANT_READ || wants_write_) return Transfer{};
  // First: OpenSSL answers the end of the stream with an alert, in vain.
  if (error == SSL_ERROR_ZERO_RETURN || state_.closed) {
    return Transfer{.closed = true};
  }
  if (!state_.error.ok()) return state_.error;
  return ProtocolError();
}

absl::Status TlsStream::ProtocolError() const {
  const unsigned long error = ERR_peek_error();
  const int reason = ERR_GET_REASON(error);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED ||
      reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
    return absl::UnauthenticatedError(
        check_.shown.has_value()
            ? absl::StrCat("it shows the key of node-",
                           check_.shown->value() + 1,
                           ", which is not expected there")
            : std::string("it shows a key that is not pinned here; compare "
                          "public_key of the members in both configurations"));
  }
  // OpenSSL numbers what the other side's alerts say from here.
  if (reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
    return absl::PermissionDeniedError(absl::StrCat(
        "the other side refuses this node's key (", ReasonOf(error),
        "); compare public_key of the members in both configurations"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no TLS 1.3 as it should be: ", ReasonOf(error)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Stream>> NewTlsStream(
    UniqueFd socket, TlsSide side, NodeSet expected,
    std::shared_ptr<const TlsContext> context) {
  auto stream = std::make_unique<TlsStream>(std::move(socket), expected,
                                            std::move(context));
  const absl::Status status = stream->Init(side);
  if (!status.ok()) return status;
  return stream;
}

}  // namespace distdb
