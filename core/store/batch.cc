#include "core/store/batch.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/little_endian.h"

namespace distdb {
namespace {

constexpr uint8_t kBatchFormat = 1;

// What is wrong with a payload, and at which byte; no problem is null.
struct Problem {
  const char* what = nullptr;
  size_t offset = 0;
};

// A size and as many bytes. On failure `problem` is set.
absl::string_view ReadSized(ByteReader& reader, size_t bytes_max,
                            const char* too_large, const char* cut_off,
                            Problem& problem) {
  const size_t offset = reader.offset();
  const uint32_t size = reader.ReadU32();
  if (reader.ok() && size > bytes_max) {
    problem = {too_large, offset};
    return absl::string_view();
  }
  const absl::string_view bytes = reader.ReadBytes(size);
  if (!reader.ok()) problem = {cut_off, offset};
  return bytes;
}

Problem ParseMutation(ByteReader& reader, MutationView& mutation) {
  Problem problem;
  const size_t offset = reader.offset();
  const uint8_t kind = reader.ReadU8();
  if (!reader.ok()) return {"fewer mutations than counted", offset};
  mutation.kind = static_cast<MutationKind>(kind);
  if (mutation.kind != MutationKind::kPut &&
      mutation.kind != MutationKind::kDelete) {
    return {"an unknown kind of mutation", offset};
  }
  mutation.key = ReadSized(reader, kKeyBytesMax, "a key beyond its limit",
                           "a key that is cut off", problem);
  if (problem.what != nullptr || mutation.kind == MutationKind::kDelete) {
    return problem;
  }
  mutation.value = ReadSized(reader, kValueBytesMax, "a value beyond its limit",
                             "a value that is cut off", problem);
  return problem;
}

// The one parser. Calls `begin(timestamp, count)` and then `add(mutation)` for
// each mutation, until it meets a problem.
template <typename Begin, typename Add>
Problem Parse(absl::string_view payload, Begin begin, Add add) {
  ByteReader reader(payload);
  const uint8_t format = reader.ReadU8();
  const Timestamp timestamp(reader.ReadU64());
  const uint32_t count = reader.ReadU32();
  if (!reader.ok()) return {"a header that is cut off", reader.offset()};
  if (format != kBatchFormat) return {"an unknown version", 0};
  if (count < 1 || count > kBatchMutationsMax) {
    return {"a count of mutations out of range", 1 + 8};
  }
  begin(timestamp, count);
  for (uint32_t i = 0; i < count; ++i) {
    MutationView mutation;
    const Problem problem = ParseMutation(reader, mutation);
    if (problem.what != nullptr) return problem;
    add(mutation);
  }
  if (reader.remaining() > 0) return {"bytes left over", reader.offset()};
  return Problem();
}

}  // namespace

absl::StatusOr<BatchView> DecodeBatch(absl::string_view payload) {
  BatchView batch;
  const Problem problem = Parse(
      payload,
      [&](Timestamp timestamp, uint32_t count) {
        batch.timestamp = timestamp;
        // The count is the sender's word; the bytes say what is possible.
        batch.mutations.reserve(
            std::min<size_t>(count, payload.size() / kMutationBytesMin));
      },
      [&](const MutationView& mutation) {
        batch.mutations.push_back(mutation);
      });
  if (problem.what != nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        "malformed batch: ", problem.what, " at byte ", problem.offset));
  }
  return batch;
}

bool IsWellFormedBatch(absl::string_view payload) {
  return Parse(
             payload, [](Timestamp, uint32_t) {}, [](const MutationView&) {})
             .what == nullptr;
}

size_t EncodedBytes(const Mutation& mutation) {
  const size_t key_bytes = 1 + 4 + mutation.key.size();
  return mutation.kind == MutationKind::kPut
             ? key_bytes + 4 + mutation.value.size()
             : key_bytes;
}

void BatchBuilder::Add(const Mutation& mutation) {
  DISTDB_CHECK(count_ < kBatchMutationsMax, "the batch has room");
  DISTDB_CHECK(mutation.key.size() <= kKeyBytesMax &&
                   mutation.value.size() <= kValueBytesMax,
               "the mutation is within its limits");
  AppendU8(body_, static_cast<uint8_t>(mutation.kind));
  AppendU32(body_, static_cast<uint32_t>(mutation.key.size()));
  body_ += mutation.key;
  if (mutation.kind == MutationKind::kPut) {
    AppendU32(body_, static_cast<uint32_t>(mutation.value.size()));
    body_ += mutation.value;
  } else {
    DISTDB_CHECK(mutation.value.empty(), "a delete has no value");
  }
  ++count_;
}

std::string BatchBuilder::Build(Timestamp timestamp) {
  DISTDB_CHECK(!empty(), "a batch has mutations");
  std::string payload;
  payload.reserve(bytes());
  AppendU8(payload, kBatchFormat);
  AppendU64(payload, timestamp.value());
  AppendU32(payload, count_);
  payload += body_;
  body_.clear();
  count_ = 0;
  return payload;
}

}  // namespace distdb
