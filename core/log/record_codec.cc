#include "core/log/record_codec.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/little_endian.h"

namespace distdb {
namespace {

constexpr uint8_t kPayloadBit = 0x80;

bool IsRecordKind(RecordKind kind) {
  return std::find(std::begin(kAllRecordKinds), std::end(kAllRecordKinds),
                   kind) != std::end(kAllRecordKinds);
}

bool CarriesDigest(RecordKind kind) {
  return kind != RecordKind::kApplied && kind != RecordKind::kSnapshotBegin &&
         kind != RecordKind::kSnapshotEntries &&
         kind != RecordKind::kSnapshotEnd && kind != RecordKind::kCollected;
}

}  // namespace

void EncodeRecord(const Record& record, std::string& out) {
  DISTDB_CHECK(IsRecordKind(record.kind), "the record is of a known kind");
  const uint8_t kind = static_cast<uint8_t>(record.kind);
  AppendU8(out, record.payload.has_value() ? kind | kPayloadBit : kind);
  AppendU32(out, record.instance.epoch.value());
  AppendU32(out, record.instance.origin.value());
  AppendU64(out, record.instance.seq.value());
  if (CarriesDigest(record.kind)) {
    out.append(reinterpret_cast<const char*>(record.digest.bytes.data()),
               record.digest.bytes.size());
  }
  const absl::string_view payload = record.payload.bytes();
  out.append(payload.data(), payload.size());
}

absl::StatusOr<Record> DecodeRecord(absl::string_view bytes, Token token) {
  ByteReader reader(bytes);
  const uint8_t first = reader.ReadU8();
  Record record;
  record.token = token;
  record.kind = static_cast<RecordKind>(first & ~kPayloadBit);
  record.instance.epoch = Epoch(reader.ReadU32());
  record.instance.origin = NodeId(reader.ReadU32());
  record.instance.seq = Seq(reader.ReadU64());
  if (reader.ok() && !IsRecordKind(record.kind)) {
    return absl::DataLossError(absl::StrCat("a record of unknown kind ",
                                            static_cast<int>(record.kind)));
  }
  if (CarriesDigest(record.kind)) {
    const absl::string_view digest =
        reader.ReadBytes(record.digest.bytes.size());
    std::copy(digest.begin(), digest.end(), record.digest.bytes.begin());
  }
  if (!reader.ok()) {
    return absl::DataLossError(
        absl::StrCat("a record that is cut off: ", bytes.size(), " bytes"));
  }
  const absl::string_view payload = reader.ReadBytes(reader.remaining());
  if ((first & kPayloadBit) != 0) {
    record.payload = Payload(std::string(payload));
  } else if (!payload.empty()) {
    return absl::DataLossError(absl::StrCat(
        "a record without payload with ", payload.size(), " bytes left over"));
  }
  return record;
}

}  // namespace distdb
