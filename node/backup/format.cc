#include "node/backup/format.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/little_endian.h"
#include "core/log/crc32c.h"

namespace distdb {
namespace {

constexpr absl::string_view kMagic = "distdbbk";
constexpr uint32_t kFormat = 1;

}  // namespace

std::string EncodeBackupHeader(const BackupHeader& header) {
  std::string bytes(kMagic);
  AppendU32(bytes, kFormat);
  AppendU64(bytes, header.cluster);
  AppendU32(bytes, header.node);
  AppendU64(bytes, header.seconds);
  AppendU32(bytes, Crc32c(bytes));
  return bytes;
}

absl::StatusOr<BackupHeader> DecodeBackupHeader(absl::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.ReadBytes(kMagic.size()) != kMagic) {
    return absl::InvalidArgumentError(absl::StrCat(
        "no backup of distdb: at byte 0 there is no \"", kMagic, "\""));
  }
  const uint32_t format = reader.ReadU32();
  BackupHeader header;
  header.cluster = reader.ReadU64();
  header.node = reader.ReadU32();
  header.seconds = reader.ReadU64();
  const absl::string_view covered = bytes.substr(0, reader.offset());
  if (reader.ReadU32() != Crc32c(covered)) {
    return absl::DataLossError(
        "damaged in the header at byte 0: it fails its checksum");
  }
  if (format != kFormat) {
    return absl::InvalidArgumentError(
        absl::StrCat("a backup of format ", format, ": this program reads ",
                     "format ", kFormat));
  }
  return header;
}

}  // namespace distdb
