#include "node/backup/page.h"

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/little_endian.h"

namespace distdb {
namespace {

void AppendEntry(MutationKind kind, absl::string_view key,
                 absl::string_view value, std::string& page) {
  AppendU8(page, static_cast<uint8_t>(kind));
  AppendU32(page, static_cast<uint32_t>(key.size()));
  AppendU32(page, static_cast<uint32_t>(value.size()));
  page.append(key.data(), key.size());
  page.append(value.data(), value.size());
}

bool IsValid(const Mutation& mutation) {
  const bool put = mutation.kind == MutationKind::kPut;
  const bool erase = mutation.kind == MutationKind::kDelete;
  return (put || (erase && mutation.value.empty())) &&
         mutation.key.size() <= kKeyBytesMax &&
         mutation.value.size() <= kValueBytesMax;
}

}  // namespace

void AppendPut(absl::string_view key, absl::string_view value,
               std::string& page) {
  AppendEntry(MutationKind::kPut, key, value, page);
}

void AppendDelete(absl::string_view key, std::string& page) {
  AppendEntry(MutationKind::kDelete, key, "", page);
}

absl::StatusOr<std::vector<Mutation>> DecodePage(absl::string_view page) {
  std::vector<Mutation> mutations;
  ByteReader reader(page);
  while (reader.remaining() > 0) {
    const size_t at = reader.offset();
    Mutation mutation;
    mutation.kind = static_cast<MutationKind>(reader.ReadU8());
    const uint32_t key_size = reader.ReadU32();
    const uint32_t value_size = reader.ReadU32();
    mutation.key = std::string(reader.ReadBytes(key_size));
    mutation.value = std::string(reader.ReadBytes(value_size));
    if (!reader.ok() || !IsValid(mutation)) {
      return absl::DataLossError(
          absl::StrCat("the entry at its byte ", at, " is malformed"));
    }
    mutations.push_back(std::move(mutation));
  }
  return mutations;
}

}  // namespace distdb
