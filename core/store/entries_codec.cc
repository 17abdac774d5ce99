#include "core/store/entries_codec.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/little_endian.h"

namespace distdb {
namespace {

void AppendBytes(std::string& out, const std::string& bytes) {
  AppendU32(out, static_cast<uint32_t>(bytes.size()));
  out.append(bytes);
}

}  // namespace

std::string EncodeEntries(const Store& store, std::optional<std::string>& after,
                          bool& last, size_t bytes) {
  const Store::Map& entries = store.entries();
  std::string out;
  auto it = after.has_value() ? entries.upper_bound(*after) : entries.begin();
  for (; it != entries.end() && out.size() < bytes; ++it) {
    const auto& [key, entry] = *it;
    AppendU64(out, entry.version.timestamp.value());
    AppendU32(out, entry.version.origin.value());
    AppendU64(out, entry.version.seq.value());
    AppendU32(out, entry.version.index);
    AppendU8(out, entry.deleted ? 1 : 0);
    AppendBytes(out, key);
    AppendBytes(out, entry.value);
    after = key;
  }
  last = it == entries.end();
  return out;
}

absl::Status DecodeEntries(absl::string_view bytes, Store& store) {
  ByteReader reader(bytes);
  while (reader.remaining() > 0) {
    const size_t start = reader.offset();
    Entry entry;
    entry.version.timestamp = Timestamp(reader.ReadU64());
    entry.version.origin = NodeId(reader.ReadU32());
    entry.version.seq = Seq(reader.ReadU64());
    entry.version.index = reader.ReadU32();
    const uint8_t deleted = reader.ReadU8();
    entry.deleted = deleted != 0;
    const absl::string_view key = reader.ReadBytes(reader.ReadU32());
    const absl::string_view value = reader.ReadBytes(reader.ReadU32());
    if (!reader.ok() || deleted > 1 || entry.version.seq == Seq(0)) {
      return absl::DataLossError(absl::StrCat(
          "a snapshot's entry at byte ", start, " of ", bytes.size(),
          " is malformed: restore the log from a copy, or start this node "
          "with an empty directory as a faulty one"));
    }
    entry.value = std::string(value);
    store.Restore(key, std::move(entry));
  }
  return absl::OkStatus();
}

}  // namespace distdb
