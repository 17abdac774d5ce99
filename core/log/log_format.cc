#include "core/log/log_format.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/little_endian.h"
#include "core/log/crc32c.h"

namespace distdb {
namespace {

constexpr absl::string_view kMagic = "distdblg";
// What the seal of a frame header covers of it.
constexpr size_t kSealedBytes = kLogFrameHeaderBytes - 4;

uint32_t Seal(uint32_t log_crc, uint64_t position, absl::string_view sealed) {
  char place[sizeof(position)];
  StoreLittleEndian(position, place);
  return ExtendCrc32c(
      ExtendCrc32c(log_crc, absl::string_view(place, sizeof(place))), sealed);
}

}  // namespace

void AppendPreamble(absl::string_view magic, const LogIdentity& identity,
                    std::string& out) {
  out.append(magic.data(), magic.size());
  AppendU32(out, kLogFormat);
  AppendU64(out, identity.cluster);
  AppendU32(out, identity.node.value());
  AppendU32(out, identity.epoch.value());
}

absl::StatusOr<LogIdentity> DecodePreamble(absl::string_view magic,
                                           absl::string_view bytes) {
  DISTDB_CHECK(bytes.size() >= kLogPreambleBytes, "the caller has looked");
  ByteReader reader(bytes);
  if (reader.ReadBytes(magic.size()) != magic) {
    return absl::InvalidArgumentError(absl::StrCat(
        "no log of distdb: at byte 0 there is no \"", magic, "\""));
  }
  const uint32_t format = reader.ReadU32();
  if (format != kLogFormat) {
    return absl::InvalidArgumentError(
        absl::StrCat("a log of format ", format, ": this program reads format ",
                     kLogFormat));
  }
  LogIdentity identity;
  identity.cluster = reader.ReadU64();
  identity.node = NodeId(reader.ReadU32());
  identity.epoch = Epoch(reader.ReadU32());
  return identity;
}

uint32_t LogCrc(const LogIdentity& identity) {
  std::string preamble;
  AppendPreamble(kMagic, identity, preamble);
  return Crc32c(preamble);
}

std::string EncodeSegmentHeader(const SegmentHeader& header) {
  std::string bytes;
  AppendPreamble(kMagic, header.identity, bytes);
  AppendU64(bytes, header.number);
  AppendU64(bytes, header.begin);
  AppendU64(bytes, header.synced);
  AppendU32(bytes, header.previous);
  AppendU32(bytes, Crc32c(bytes));
  return bytes;
}

absl::StatusOr<SegmentHeader> DecodeSegmentHeader(absl::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes) {
    return absl::DataLossError(
        absl::StrCat("the segment's header is cut off: ", bytes.size(), " of ",
                     kSegmentHeaderBytes, " bytes"));
  }
  const absl::StatusOr<LogIdentity> identity = DecodePreamble(kMagic, bytes);
  ByteReader reader(bytes.substr(0, kSegmentHeaderBytes));
  reader.ReadBytes(kLogPreambleBytes);
  SegmentHeader header;
  header.number = reader.ReadU64();
  header.begin = reader.ReadU64();
  header.synced = reader.ReadU64();
  header.previous = reader.ReadU32();
  const uint32_t crc = reader.ReadU32();
  const bool holds = crc == Crc32c(bytes.substr(0, kSegmentHeaderBytes - 4));
  // Whoever else wrote this has a checksum elsewhere, or none.
  if (!identity.ok() && (holds || bytes.substr(0, kMagic.size()) != kMagic)) {
    return identity.status();
  }
  if (!holds || header.synced < header.begin || header.number == 0) {
    return absl::DataLossError(
        "the segment's header, at byte 0, is damaged: it fails its checksum");
  }
  header.identity = *identity;
  return header;
}

uint32_t StoreFrameHeader(uint32_t log_crc, uint64_t position,
                          const FrameHeader& header, char* to) {
  StoreLittleEndian(header.size, to);
  StoreLittleEndian(header.crc, to + 4);
  StoreLittleEndian(header.previous, to + 8);
  StoreLittleEndian(header.unsynced, to + 12);
  const uint32_t seal =
      Seal(log_crc, position, absl::string_view(to, kSealedBytes));
  StoreLittleEndian(seal, to + kSealedBytes);
  return seal;
}

std::optional<FrameHeader> DecodeFrameHeader(uint32_t log_crc,
                                             uint64_t position,
                                             absl::string_view bytes) {
  if (bytes.size() < kLogFrameHeaderBytes) return std::nullopt;
  ByteReader reader(bytes.substr(0, kLogFrameHeaderBytes));
  FrameHeader header;
  header.size = reader.ReadU32();
  // Before the checksum: of the places in a torn tail, few have a size.
  if (header.size < 1 || header.size > kLogFrameBytesMax) return std::nullopt;
  header.crc = reader.ReadU32();
  header.previous = reader.ReadU32();
  header.unsynced = reader.ReadU32();
  header.seal = reader.ReadU32();
  if (header.seal != Seal(log_crc, position, bytes.substr(0, kSealedBytes))) {
    return std::nullopt;
  }
  return header;
}

}  // namespace distdb
