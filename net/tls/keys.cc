#include "net/tls/keys.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "core/check.h"

namespace distdb {
namespace {

constexpr absl::string_view kPrefix = "ed25519:";

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// OpenSSL would ask for one on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace

std::string ToString(const PublicKey& key) {
  const absl::string_view bytes(reinterpret_cast<const char*>(key.bytes.data()),
                                key.bytes.size());
  return absl::StrCat(kPrefix, absl::Base64Escape(bytes));
}

absl::StatusOr<PublicKey> ParsePublicKey(absl::string_view text) {
  absl::string_view encoded = text;
  std::string bytes;
  PublicKey key;
  if (absl::ConsumePrefix(&encoded, kPrefix) &&
      absl::Base64Unescape(encoded, &bytes) &&
      bytes.size() == key.bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
    // The decoder is lenient; one key has one text.
    if (ToString(key) == text) return key;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", absl::CEscape(text), "\" is no public key; give ", kPrefix,
      " and 44 characters of base64, as `distdb init` ", "writes it"));
}

absl::StatusOr<PublicKey> PublicKeyOf(const EVP_PKEY* key) {
  PublicKey result;
  size_t size = result.bytes.size();
  if (key == nullptr || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, result.bytes.data(), &size) != 1 ||
      size != result.bytes.size()) {
    ERR_clear_error();
    return absl::InvalidArgumentError("it is no Ed25519 key");
  }
  return result;
}

bool Verify(const PublicKey& key, absl::string_view text,
            absl::string_view signature) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> native(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes.data(),
                                  key.bytes.size()),
      &EVP_PKEY_free);
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool holds =
      native != nullptr && context != nullptr &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                           native.get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                       Bytes(text), text.size()) == 1;
  ERR_clear_error();
  return holds;
}

PrivateKey::PrivateKey(std::shared_ptr<EVP_PKEY> key,
                       const PublicKey& public_key)
    : key_(std::move(key)), public_key_(public_key) {}

absl::StatusOr<PrivateKey> PrivateKey::Own(EVP_PKEY* key) {
  std::shared_ptr<EVP_PKEY> owned(key, &EVP_PKEY_free);
  const absl::StatusOr<PublicKey> public_key = PublicKeyOf(key);
  if (!public_key.ok()) return public_key.status();
  return PrivateKey(std::move(owned), *public_key);
}

absl::StatusOr<PrivateKey> PrivateKey::Generate() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (key == nullptr) {
    ERR_clear_error();
    return absl::UnavailableError(
        "cannot draw a key: the system's source of randomness fails");
  }
  return Own(key);
}

absl::StatusOr<PrivateKey> PrivateKey::FromPem(absl::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                &BIO_free);
  EVP_PKEY* key =
      bio == nullptr
          ? nullptr
          : PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr);
  ERR_clear_error();
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        "it holds no private key in PEM without a password");
  }
  return Own(key);
}

std::string PrivateKey::ToPem() const {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  const bool written = bio != nullptr && PEM_write_bio_PKCS8PrivateKey(
                                             bio.get(), key_.get(), nullptr,
                                             nullptr, 0, nullptr, nullptr) == 1;
  DISTDB_CHECK(written, "a key in memory has a text");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

std::string PrivateKey::Sign(absl::string_view text) const {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  const bool signed_it =
      context != nullptr &&
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr,
                         key_.get()) == 1 &&
      EVP_DigestSign(context.get(),
                     reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(text), text.size()) == 1 &&
      size == signature.size();
  DISTDB_CHECK(signed_it, "an Ed25519 key signs");
  return signature;
}

}  // namespace distdb
