// Keys: what a node is known by to the others of its cluster.
//
// Ed25519. The public key is the node's identity: the cluster's configuration
// pins one per member, as a line of text that survives copying by hand. The
// private key stays with its node, in PEM (PKCS #8), as `openssl pkey` reads
// and writes it. Pure functions on text; who keeps them in files is node's.

#ifndef DISTDB_NET_TLS_KEYS_H_
#define DISTDB_NET_TLS_KEYS_H_

#include <openssl/types.h>

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace distdb {

inline constexpr size_t kPublicKeyBytes = 32;
inline constexpr size_t kSignatureBytes = 64;

struct PublicKey {
  std::array<uint8_t, kPublicKeyBytes> bytes{};

  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

// "ed25519:" and the key in base64. ParsePublicKey takes that and nothing else:
// InvalidArgument says what a key looks like.
std::string ToString(const PublicKey& key);
absl::StatusOr<PublicKey> ParsePublicKey(absl::string_view text);

// Of a key pair, or of what the other side has shown. InvalidArgument when it
// is no Ed25519 key.
absl::StatusOr<PublicKey> PublicKeyOf(const EVP_PKEY* key);

// Whether `signature` is of `text`, by who holds the private half of `key`.
bool Verify(const PublicKey& key, absl::string_view text,
            absl::string_view signature);

// A key pair. Copies share it.
class PrivateKey {
 public:
  // From the system's source of randomness. An error where that fails.
  static absl::StatusOr<PrivateKey> Generate();

  // InvalidArgument when it is no PEM, is encrypted, or is of another kind.
  static absl::StatusOr<PrivateKey> FromPem(absl::string_view pem);
  std::string ToPem() const;

  // kSignatureBytes. Begin `text` with what it is for, so that no signature can
  // be taken for another's.
  std::string Sign(absl::string_view text) const;

  const PublicKey& public_key() const { return public_key_; }
  // OpenSSL's own; as long as this lives.
  EVP_PKEY* native() const { return key_.get(); }

 private:
  PrivateKey(std::shared_ptr<EVP_PKEY> key, const PublicKey& public_key);

  static absl::StatusOr<PrivateKey> Own(EVP_PKEY* key);

  std::shared_ptr<EVP_PKEY> key_;
  PublicKey public_key_;
};

}  // namespace distdb

#endif  // DISTDB_NET_TLS_KEYS_H_
