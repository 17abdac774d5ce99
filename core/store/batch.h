// Batch: the writes that share one instance, and their canonical encoding,
// which is the payload that the replicators carry and digests are taken over.
//
//   payload   = version timestamp count mutation{count}
//   version   = 0x01
//   timestamp = 8 bytes                       little-endian
//   count     = 4 bytes                       1 … kBatchMutationsMax
//   mutation  = kind key_size key [value_size value]
//   kind      = 0x01 (put) | 0x02 (delete, without value)
//   key_size, value_size = 4 bytes            at most kKeyBytesMax, …
//
// Canonical: one batch has exactly one encoding, and bytes left over are an
// error. Whether bytes are well formed depends on them alone, so all correct
// nodes agree on it.

#ifndef DISTDB_CORE_STORE_BATCH_H_
#define DISTDB_CORE_STORE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/store/hybrid_clock.h"

namespace distdb {

inline constexpr uint32_t kBatchMutationsMax = 1'000'000;
inline constexpr size_t kBatchHeaderBytes = 1 + 8 + 4;
// A delete of the empty key.
inline constexpr size_t kMutationBytesMin = 1 + 4;
inline constexpr size_t kMutationBytesMax =
    1 + 4 + kKeyBytesMax + 4 + kValueBytesMax;

// One mutation of a decoded batch; points into the payload.
struct MutationView {
  MutationKind kind = MutationKind::kPut;
  absl::string_view key;
  absl::string_view value;
};

struct BatchView {
  Timestamp timestamp;
  std::vector<MutationView> mutations;
};

// Valid as long as `payload`. InvalidArgument naming what is wrong and where.
absl::StatusOr<BatchView> DecodeBatch(absl::string_view payload);

// Whether DecodeBatch would succeed. Allocates nothing.
bool IsWellFormedBatch(absl::string_view payload);

// Bytes that a mutation takes in a batch.
size_t EncodedBytes(const Mutation& mutation);

// Collects mutations and encodes them.
class BatchBuilder {
 public:
  bool empty() const { return count_ == 0; }
  uint32_t count() const { return count_; }
  // Of the payload that Build would return.
  size_t bytes() const { return kBatchHeaderBytes + body_.size(); }

  // Requires keys and values within their limits, no value in a delete, and
  // count() < kBatchMutationsMax.
  void Add(const Mutation& mutation);

  // The payload; the builder is empty again. Requires !empty().
  std::string Build(Timestamp timestamp);

  // See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(body_, count_);
  }

 private:
  std::string body_;
  uint32_t count_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_CORE_STORE_BATCH_H_
