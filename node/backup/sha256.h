// Sha256: the digest of bytes that come piece by piece.

#ifndef DISTDB_NODE_BACKUP_SHA256_H_
#define DISTDB_NODE_BACKUP_SHA256_H_

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "core/check.h"

namespace distdb {

// Not thread-safe.
class Sha256 {
 public:
  static constexpr size_t kBytes = 32;

  Sha256() {
    DISTDB_CHECK(
        context_ != nullptr &&
            EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1,
        "OpenSSL provides SHA-256");
  }

  void Add(absl::string_view bytes) {
    DISTDB_CHECK(
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1,
        "SHA-256 of bytes in memory does not fail");
  }

  // Of all that was added. Once, and nothing after it.
  std::string Finish() {
    std::string digest(kBytes, '\0');
    DISTDB_CHECK(
        EVP_DigestFinal_ex(context_.get(),
                           reinterpret_cast<unsigned char*>(digest.data()),
                           nullptr) == 1,
        "SHA-256 of bytes in memory does not fail");
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

}  // namespace distdb

#endif  // DISTDB_NODE_BACKUP_SHA256_H_
