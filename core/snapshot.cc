#include "core/snapshot.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/little_endian.h"
#include "core/mutant.h"

namespace distdb {

Payload EncodeSnapshotHeader(const SnapshotHeader& header) {
  std::string bytes;
  for (const SnapshotHeader::Position& position : header.positions) {
    AppendU64(bytes, position.floor.value());
    AppendU64(bytes, position.low.value());
    AppendU64(bytes, position.delivered_bytes);
  }
  return Payload(std::move(bytes));
}

absl::StatusOr<SnapshotHeader> DecodeSnapshotHeader(const Record& record,
                                                    int nodes) {
  ByteReader reader(record.payload.bytes());
  SnapshotHeader header;
  bool in_order = true;
  for (int origin = 0; origin < nodes; ++origin) {
    const Seq floor(reader.ReadU64());
    const Seq low(reader.ReadU64());
    const uint64_t delivered_bytes = reader.ReadU64();
    in_order = in_order && floor >= Seq(1) && floor <= low;
    header.positions.push_back({floor, low, delivered_bytes});
  }
  if (reader.ok() && reader.remaining() == 0 && in_order) return header;
  return absl::DataLossError(absl::StrCat(
      "record ", record.token.value(), " (", RecordKindName(record.kind),
      ") is not that of a snapshot of ", nodes,
      " streams; start the node with its former configuration"));
}

std::optional<SnapshotPlace> FindSnapshot(absl::Span<const Record> records) {
  std::optional<SnapshotPlace> found;
  std::optional<size_t> open;
  for (size_t index = 0; index < records.size(); ++index) {
    const Record& record = records[index];
    if (record.kind == RecordKind::kSnapshotBegin) {
      open = index;
      if (Mutated(Mutant::kSnapshotWithoutEnd)) {
        found = {index, records.size() - 1};
      }
    }
    if (record.kind == RecordKind::kSnapshotEnd && open.has_value() &&
        records[*open].instance == record.instance) {
      found = {*open, index};
    }
  }
  return found;
}

}  // namespace distdb
