// Sha256Digester: the digest that real nodes use.
//
// SHA-256 over the canonical encoding of the instance, then the payload:
//
//   epoch   4 bytes   little-endian
//   origin  4 bytes   little-endian
//   seq     8 bytes   little-endian
//   payload the rest
//
// The prefix has a fixed size, so that two different pairs of instance and
// payload never give the same bytes.

#ifndef DISTDB_NET_CODEC_SHA256_H_
#define DISTDB_NET_CODEC_SHA256_H_

#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/types.h"

struct evp_md_ctx_st;
struct evp_md_st;

namespace distdb {

// Not thread-safe: a scratch context is reused from call to call. Give each
// thread its own.
class Sha256Digester : public Digester {
 public:
  Sha256Digester();
  ~Sha256Digester() override;
  Sha256Digester(const Sha256Digester&) = delete;
  Sha256Digester& operator=(const Sha256Digester&) = delete;

  Digest Compute(const InstanceId& id,
                 absl::string_view payload) const override;

 private:
  // OpenSSL's; its provider is looked up once, not per call.
  evp_md_st* algorithm_;
  evp_md_ctx_st* context_;
};

}  // namespace distdb

#endif  // DISTDB_NET_CODEC_SHA256_H_
