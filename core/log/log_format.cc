#include "core/log/log_format.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/little_endian.h"
#include "core/log/crc32c.h"
#include "core/log/record_codec.h"

namespace distdb {
namespace {

constexpr absl::string_view kMagic = "distdblg";
constexpr uint32_t kFormat = 1;
// In `unsynced`: so many that nothing is claimed.
constexpr uint32_t kUnknown = std::numeric_limits<uint32_t>::max();
// What the seal of a frame header covers of it.
constexpr size_t kSealedBytes = kLogFrameHeaderBytes - 4;

std::string EncodeLogHeader(const LogIdentity& identity) {
  std::string header(kMagic);
  AppendU32(header, kFormat);
  AppendU64(header, identity.cluster);
  AppendU32(header, identity.node.value());
  AppendU32(header, identity.epoch.value());
  AppendU32(header, Crc32c(header));
  return header;
}

// The crc of an encoded header: its last field.
uint32_t LogCrc(absl::string_view header) {
  return LoadLittleEndian<uint32_t>(header.data() + kLogHeaderBytes - 4);
}

absl::StatusOr<LogIdentity> DecodeLogHeader(absl::string_view bytes) {
  if (bytes.size() < kLogHeaderBytes) {
    return absl::DataLossError(
        absl::StrCat("the log's header is cut off: ", bytes.size(), " of ",
                     kLogHeaderBytes, " bytes"));
  }
  ByteReader reader(bytes.substr(0, kLogHeaderBytes));
  if (reader.ReadBytes(kMagic.size()) != kMagic) {
    return absl::InvalidArgumentError(
        "no log of distdb: it does not begin with \"distdblg\"");
  }
  const uint32_t format = reader.ReadU32();
  LogIdentity identity;
  identity.cluster = reader.ReadU64();
  identity.node = NodeId(reader.ReadU32());
  identity.epoch = Epoch(reader.ReadU32());
  if (reader.ReadU32() != Crc32c(bytes.substr(0, kLogHeaderBytes - 4))) {
    return absl::DataLossError(
        "the log's header, at byte 0, is damaged: it fails its checksum");
  }
  if (format != kFormat) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a log of format ", format, ": this program reads format ", kFormat));
  }
  return identity;
}

struct FrameHeader {
  uint32_t size = 0;
  uint32_t crc = 0;
  uint32_t previous = 0;
  uint32_t unsynced = 0;
  uint32_t seal = 0;
};

uint32_t Seal(uint32_t log_crc, uint64_t offset, absl::string_view sealed) {
  char place[sizeof(offset)];
  StoreLittleEndian(offset, place);
  return ExtendCrc32c(
      ExtendCrc32c(log_crc, absl::string_view(place, sizeof(place))), sealed);
}

// The header of the frame at `offset` of the log, if `bytes` begin with one
// that belongs there.
std::optional<FrameHeader> ReadFrameHeader(uint32_t log_crc, uint64_t offset,
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
  if (header.seal != Seal(log_crc, offset, bytes.substr(0, kSealedBytes))) {
    return std::nullopt;
  }
  return header;
}

// A frame that may hold: `problem` says why it does not, null if it does.
struct Frame {
  const char* problem = nullptr;
  FrameHeader header;
  absl::string_view body;
  // Where the next frame can begin at the earliest.
  uint64_t next_offset = 0;
};

Frame ReadFrame(uint32_t log_crc, uint32_t chain, uint64_t offset,
                absl::string_view log) {
  const absl::string_view bytes = log.substr(offset);
  const std::optional<FrameHeader> header =
      ReadFrameHeader(log_crc, offset, bytes);
  Frame frame;
  if (!header.has_value()) {
    frame.problem = "its header fails its checksum";
    frame.next_offset = offset + 1;
    return frame;
  }
  frame.header = *header;
  frame.body = bytes.substr(kLogFrameHeaderBytes, header->size);
  frame.next_offset = offset + kLogFrameHeaderBytes + header->size;
  if (header->previous != chain) {
    frame.problem = "it was written after another frame than stands before it";
  } else if (frame.body.size() < header->size) {
    frame.problem = "its body is cut off";
  } else if (Crc32c(frame.body) != header->crc) {
    frame.problem = "its body fails its checksum";
  }
  return frame;
}

// Where a frame header stands, at `offset` or after it, that was written when
// the byte at `doubtful` had been synced. One pass: what a header says is its
// body is skipped, all else is tried byte by byte.
std::optional<uint64_t> FindProofOfSync(uint32_t log_crc, uint64_t doubtful,
                                        uint64_t offset,
                                        absl::string_view log) {
  while (offset < log.size()) {
    const std::optional<FrameHeader> header =
        ReadFrameHeader(log_crc, offset, log.substr(offset));
    if (!header.has_value()) {
      ++offset;
    } else if (header->unsynced != kUnknown &&
               doubtful + header->unsynced < offset) {
      return offset;
    } else {
      offset += kLogFrameHeaderBytes + header->size;
    }
  }
  return std::nullopt;
}

absl::Status Damage(uint64_t offset, absl::string_view problem) {
  return absl::DataLossError(absl::StrCat(
      "the log is damaged in the frame at byte ", offset, ": ", problem));
}

}  // namespace

LogEncoder::LogEncoder(const LogIdentity& identity, std::string& out) {
  const std::string header = EncodeLogHeader(identity);
  log_crc_ = LogCrc(header);
  chain_ = log_crc_;
  offset_ = header.size();
  synced_ = offset_;
  out += header;
}

LogEncoder::LogEncoder(const LogContents& contents)
    : log_crc_(LogCrc(EncodeLogHeader(contents.identity))),
      chain_(contents.chain),
      offset_(contents.valid_bytes),
      synced_(contents.valid_bytes) {
  DISTDB_CHECK(offset_ >= kLogHeaderBytes, "the log has a header");
}

void LogEncoder::Append(const Record& record, std::string& out) {
  const size_t begin = out.size();
  out.append(kLogFrameHeaderBytes, '\0');
  EncodeRecord(record, out);
  const absl::string_view frame = absl::string_view(out).substr(begin);
  const absl::string_view body = frame.substr(kLogFrameHeaderBytes);
  DISTDB_CHECK(body.size() <= kLogFrameBytesMax, "the record fits a frame");
  char* header = out.data() + begin;
  const uint64_t unsynced = std::min<uint64_t>(offset_ - synced_, kUnknown);
  StoreLittleEndian(static_cast<uint32_t>(body.size()), header);
  StoreLittleEndian(Crc32c(body), header + 4);
  StoreLittleEndian(chain_, header + 8);
  StoreLittleEndian(static_cast<uint32_t>(unsynced), header + 12);
  chain_ = Seal(log_crc_, offset_, frame.substr(0, kSealedBytes));
  StoreLittleEndian(chain_, header + 16);
  offset_ += frame.size();
}

void LogEncoder::MarkSynced(uint64_t bytes) {
  DISTDB_CHECK(bytes <= offset_, "what is synced has been appended");
  synced_ = std::max(synced_, bytes);
}

absl::StatusOr<LogContents> DecodeLog(absl::string_view bytes) {
  LogContents contents;
  if (bytes.empty()) return contents;
  const absl::StatusOr<LogIdentity> identity = DecodeLogHeader(bytes);
  if (!identity.ok()) return identity.status();
  contents.identity = *identity;
  const uint32_t log_crc = LogCrc(bytes);
  contents.chain = log_crc;
  uint64_t offset = kLogHeaderBytes;
  while (offset < bytes.size()) {
    const Frame frame = ReadFrame(log_crc, contents.chain, offset, bytes);
    if (frame.problem != nullptr) {
      const std::optional<uint64_t> proof =
          FindProofOfSync(log_crc, offset, frame.next_offset, bytes);
      if (!proof.has_value()) break;
      return Damage(
          offset,
          absl::StrCat(frame.problem, ", and the frame at byte ", *proof,
                       " was written after it had been synced"));
    }
    absl::StatusOr<Record> record =
        DecodeRecord(frame.body, Token(contents.records.size() + 1));
    if (!record.ok()) return Damage(offset, record.status().message());
    contents.records.push_back(*std::move(record));
    contents.offsets.push_back(offset);
    contents.chain = frame.header.seal;
    offset = frame.next_offset;
  }
  contents.valid_bytes = offset;
  return contents;
}

absl::StatusOr<Record> DecodeFrame(const LogIdentity& identity,
                                   absl::string_view frame, uint64_t offset,
                                   Token token) {
  const uint32_t log_crc = LogCrc(EncodeLogHeader(identity));
  const std::optional<FrameHeader> header =
      ReadFrameHeader(log_crc, offset, frame);
  if (!header.has_value()) {
    return Damage(offset, "its header fails its checksum");
  }
  const absl::string_view body = frame.substr(kLogFrameHeaderBytes);
  if (body.size() != header->size || Crc32c(body) != header->crc) {
    return Damage(offset, "its body fails its checksum");
  }
  absl::StatusOr<Record> record = DecodeRecord(body, token);
  if (!record.ok()) return Damage(offset, record.status().message());
  return record;
}

}  // namespace distdb
