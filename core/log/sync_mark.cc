#include "core/log/sync_mark.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/little_endian.h"
#include "core/log/crc32c.h"

namespace distdb {
namespace {

constexpr absl::string_view kMagic = "distdbmk";
constexpr size_t kSlotBytes = kLogPreambleBytes + 3 * 8 + 4;
constexpr size_t kSlots = 2;
constexpr size_t kSlotDistance = 4096;

std::string EncodeSlot(const SyncMark& mark) {
  std::string bytes;
  AppendPreamble(kMagic, mark.identity, bytes);
  AppendU64(bytes, mark.version);
  AppendU64(bytes, mark.first);
  AppendU64(bytes, mark.synced);
  AppendU32(bytes, Crc32c(bytes));
  return bytes;
}

bool Holds(absl::string_view slot) {
  return LoadLittleEndian<uint32_t>(slot.data() + kSlotBytes - 4) ==
         Crc32c(slot.substr(0, kSlotBytes - 4));
}

}  // namespace

std::string EncodeSyncMark(const LogIdentity& identity) {
  std::string bytes(kSyncMarkBytes, '\0');
  SyncMark mark{.identity = identity};
  for (; mark.slot < kSlots; ++mark.slot, ++mark.version) {
    bytes.replace(mark.slot * kSlotDistance, kSlotBytes, EncodeSlot(mark));
  }
  return bytes;
}

absl::StatusOr<SyncMark> DecodeSyncMark(absl::string_view bytes) {
  if (bytes.size() != kSyncMarkBytes) {
    return absl::DataLossError(absl::StrCat("it has ", bytes.size(),
                                            " bytes where it should have ",
                                            kSyncMarkBytes));
  }
  std::optional<SyncMark> found;
  for (size_t slot = 0; slot < kSlots; ++slot) {
    const absl::string_view slot_bytes =
        bytes.substr(slot * kSlotDistance, kSlotBytes);
    if (!Holds(slot_bytes)) continue;
    const absl::StatusOr<LogIdentity> identity =
        DecodePreamble(kMagic, slot_bytes);
    if (!identity.ok()) return identity.status();
    ByteReader reader(slot_bytes.substr(kLogPreambleBytes));
    SyncMark mark{.identity = *identity};
    mark.version = reader.ReadU64();
    mark.first = reader.ReadU64();
    mark.synced = reader.ReadU64();
    mark.slot = slot;
    if (!found.has_value() || mark.version > found->version) found = mark;
  }
  if (found.has_value()) return *found;
  return absl::DataLossError(
      "damaged at bytes 0 and 4096: both slots fail their checksums");
}

SyncMarkWriter::Update SyncMarkWriter::Write(uint64_t first, uint64_t synced) {
  DISTDB_CHECK(first >= mark_.first && synced >= mark_.synced,
               "what a mark says stays true");
  ++mark_.version;
  mark_.first = first;
  mark_.synced = synced;
  mark_.slot = 1 - durable_.slot;
  return {mark_.slot * kSlotDistance, EncodeSlot(mark_)};
}

}  // namespace distdb
