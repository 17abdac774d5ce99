#include "net/tls/context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/types.h"
#include "net/tls/keys.h"

namespace distdb {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

absl::Status OpenSslError(absl::string_view what) {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof(text));
  ERR_clear_error();
  return absl::InternalError(absl::StrCat(what, ": ", text));
}

// Says nothing but the key; valid for ever (RFC 5280, 4.1.2.5).
Certificate MakeCertificate(EVP_PKEY* key) {
  Certificate certificate(X509_new(), &X509_free);
  X509* x509 = certificate.get();
  const bool made =
      x509 != nullptr && X509_set_version(x509, X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set(X509_get_serialNumber(x509), 1) == 1 &&
      ASN1_TIME_set_string_X509(X509_getm_notBefore(x509), "20000101000000Z") ==
          1 &&
      ASN1_TIME_set_string_X509(X509_getm_notAfter(x509), "99991231235959Z") ==
          1 &&
      X509_set_pubkey(x509, key) == 1 && X509_sign(x509, key, nullptr) != 0;
  if (!made) certificate.reset();
  return certificate;
}

// In place of OpenSSL's walk to an authority. That the other side holds the
// key, OpenSSL checks next.
int CheckPeer(X509_STORE_CTX* store, void*) {
  auto* ssl = static_cast<SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* check = static_cast<PeerCheck*>(SSL_get_app_data(ssl));
  X509* shown = X509_STORE_CTX_get0_cert(store);
  const absl::StatusOr<PublicKey> key =
      PublicKeyOf(shown == nullptr ? nullptr : X509_get0_pubkey(shown));
  if (key.ok()) check->shown = check->context->Find(*key);
  if (check->shown.has_value() && check->expected.Contains(*check->shown)) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

bool Configure(SSL_CTX* context, const PrivateKey& key) {
  const Certificate certificate = MakeCertificate(key.native());
  if (certificate == nullptr) return false;
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // Written from a queue that grows and moves, in as many pieces as it takes.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One read of the socket for several records.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     nullptr);
  SSL_CTX_set_cert_verify_callback(context, &CheckPeer, nullptr);
  return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_ciphersuites(context,
                                  "TLS_AES_128_GCM_SHA256:"
                                  "TLS_CHACHA20_POLY1305_SHA256") == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519") == 1 &&
         SSL_CTX_set1_sigalgs_list(context, "ed25519") == 1 &&
         SSL_CTX_set_num_tickets(context, 0) == 1 &&
         SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
         SSL_CTX_use_PrivateKey(context, key.native()) == 1;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::Create(
    const PrivateKey& key, std::vector<PublicKey> pins) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_method()), &SSL_CTX_free);
  if (context == nullptr || !Configure(context.get(), key)) {
    return OpenSslError("OpenSSL cannot do TLS 1.3 with Ed25519 keys");
  }
  return std::shared_ptr<const TlsContext>(
      new TlsContext(std::move(context), key, std::move(pins)));
}

TlsContext::TlsContext(std::shared_ptr<SSL_CTX> context, const PrivateKey& key,
                       std::vector<PublicKey> pins)
    : context_(std::move(context)), key_(key), pins_(std::move(pins)) {}

std::optional<NodeId> TlsContext::Find(const PublicKey& key) const {
  const auto found = std::find(pins_.begin(), pins_.end(), key);
  if (found == pins_.end()) return std::nullopt;
  return NodeId(static_cast<uint32_t>(found - pins_.begin()));
}

}  // namespace distdb
