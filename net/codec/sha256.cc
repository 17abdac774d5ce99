#include "net/codec/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/types.h"

namespace distdb {
namespace {

constexpr size_t kPrefixBytes = 4 + 4 + 8;

std::array<uint8_t, kPrefixBytes> EncodePrefix(const InstanceId& id) {
  std::array<uint8_t, kPrefixBytes> prefix;
  size_t at = 0;
  const auto put = [&](uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
      prefix[at++] = static_cast<uint8_t>(value >> (8 * i));
    }
  };
  put(id.epoch.value(), 4);
  put(id.origin.value(), 4);
  put(id.seq.value(), 8);
  return prefix;
}

}  // namespace

Sha256Digester::Sha256Digester()
    : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      context_(EVP_MD_CTX_new()) {
  DISTDB_CHECK(algorithm_ != nullptr && context_ != nullptr,
               "OpenSSL provides SHA-256");
}

Sha256Digester::~Sha256Digester() {
  EVP_MD_CTX_free(context_);
  EVP_MD_free(algorithm_);
}

Digest Sha256Digester::Compute(const InstanceId& id,
                               absl::string_view payload) const {
  const std::array<uint8_t, kPrefixBytes> prefix = EncodePrefix(id);
  Digest digest;
  const bool done =
      EVP_DigestInit_ex(context_, algorithm_, nullptr) == 1 &&
      EVP_DigestUpdate(context_, prefix.data(), prefix.size()) == 1 &&
      EVP_DigestUpdate(context_, payload.data(), payload.size()) == 1 &&
      EVP_DigestFinal_ex(context_, digest.bytes.data(), nullptr) == 1;
  DISTDB_CHECK(done, "SHA-256 of bytes in memory does not fail");
  return digest;
}

}  // namespace distdb
