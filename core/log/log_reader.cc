#include "core/log/log_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/log/crc32c.h"
#include "core/log/record_codec.h"

namespace distdb {
namespace {

// A frame that may hold: `problem` says why it does not, null if it does.
struct Frame {
  const char* problem = nullptr;
  FrameHeader header;
  absl::string_view body;
  // Where the next frame can begin at the earliest.
  uint64_t next = 0;
};

// The frame `at` bytes behind `begin`, where `frames` begin.
Frame ReadFrame(uint32_t log_crc, uint32_t chain, uint64_t begin, uint64_t at,
                absl::string_view frames) {
  const absl::string_view bytes = frames.substr(at);
  const std::optional<FrameHeader> header =
      DecodeFrameHeader(log_crc, begin + at, bytes);
  Frame frame;
  if (!header.has_value()) {
    frame.problem = "its header fails its checksum";
    frame.next = at + 1;
    return frame;
  }
  frame.header = *header;
  frame.body = bytes.substr(kLogFrameHeaderBytes, header->size);
  frame.next = at + kLogFrameHeaderBytes + header->size;
  if (header->previous != chain) {
    frame.problem = "it was written after another frame than stands before it";
  } else if (frame.body.size() < header->size) {
    frame.problem = "its body is cut off";
  } else if (Crc32c(frame.body) != header->crc) {
    frame.problem = "its body fails its checksum";
  }
  return frame;
}

// Where a frame header stands, `at` or later, that was written when the byte at
// `doubtful` had been synced. One pass: what a header says is its body is
// skipped, all else is tried byte by byte.
std::optional<uint64_t> FindProofOfSync(uint32_t log_crc, uint64_t begin,
                                        uint64_t doubtful, uint64_t at,
                                        absl::string_view frames) {
  while (at < frames.size()) {
    const std::optional<FrameHeader> header =
        DecodeFrameHeader(log_crc, begin + at, frames.substr(at));
    if (!header.has_value()) {
      ++at;
    } else if (header->unsynced != FrameHeader::kUnknown &&
               doubtful + header->unsynced < at) {
      return at;
    } else {
      at += kLogFrameHeaderBytes + header->size;
    }
  }
  return std::nullopt;
}

absl::Status Damage(uint64_t file_byte, absl::string_view problem) {
  return absl::DataLossError(
      absl::StrCat("damaged in the frame at byte ", file_byte, ": ", problem));
}

// Where the segment cannot be the next one of `log`: why.
const char* FindGap(const SegmentHeader& header, const LogContents& log) {
  const SegmentHeader& before = log.segment;
  if (before.number == 0) return nullptr;
  if (header.identity != before.identity) return "it is of another log";
  if (header.number != before.number + 1) return "a segment is missing";
  if (header.begin != log.end || header.previous != log.chain) {
    return "it was written after other frames than stand before it";
  }
  return nullptr;
}

// Who says that the log had been synced beyond `end`.
std::optional<std::string> FindClaim(const SegmentHeader& header,
                                     const SegmentHeader* next, uint64_t synced,
                                     uint64_t end) {
  if (header.synced > end) return "the segment's header";
  if (next != nullptr && next->begin > end) return "the segment after it";
  if (next == nullptr && synced > end) return "the mark";
  return std::nullopt;
}

// How many bytes are left without the zeros at their end.
size_t SizeWithoutZeros(absl::string_view bytes) {
  const size_t last = bytes.find_last_not_of('\0');
  return last == absl::string_view::npos ? 0 : last + 1;
}

}  // namespace

absl::Status ReadSegment(absl::string_view bytes, const SegmentHeader* next,
                         uint64_t synced, LogContents& log) {
  const absl::StatusOr<SegmentHeader> header = DecodeSegmentHeader(bytes);
  if (!header.ok()) return header.status();
  if (const char* gap = FindGap(*header, log)) {
    return absl::DataLossError(
        absl::StrCat("the segment does not follow the one before it: ", gap));
  }
  log.segment = *header;
  log.chain = header->previous;
  absl::string_view frames = bytes.substr(kSegmentHeaderBytes);
  if (next != nullptr && next->begin >= header->begin) {
    frames = frames.substr(0, next->begin - header->begin);
  }
  const size_t used = SizeWithoutZeros(frames);
  const uint32_t log_crc = LogCrc(header->identity);
  const char* problem = "the file ends, or holds only zeros";
  uint64_t at = 0;
  uint64_t behind = 0;  // Where the next frame can be, behind a problem.
  while (at < frames.size()) {
    const Frame frame =
        ReadFrame(log_crc, log.chain, header->begin, at, frames);
    behind = frame.next;
    if (frame.problem != nullptr) {
      if (at < used) problem = frame.problem;
      break;
    }
    absl::StatusOr<Record> record =
        DecodeRecord(frame.body, Token(log.records.size() + 1));
    if (!record.ok()) {
      return Damage(kSegmentHeaderBytes + at, record.status().message());
    }
    log.records.push_back(*std::move(record));
    log.positions.push_back(header->begin + at);
    log.chain = frame.header.seal;
    at = frame.next;
  }
  log.end = header->begin + at;
  log.torn_bytes = used > at ? used - at : 0;
  if (const auto claim = FindClaim(*header, next, synced, log.end)) {
    return Damage(kSegmentHeaderBytes + at,
                  absl::StrCat(problem, ", and ", *claim,
                               " says that it had been synced"));
  }
  // A header may end in zeros.
  const auto proof = FindProofOfSync(
      log_crc, header->begin, at, behind,
      frames.substr(0, used == 0 ? 0 : used + kLogFrameHeaderBytes));
  if (!proof.has_value()) return absl::OkStatus();
  return Damage(kSegmentHeaderBytes + at,
                absl::StrCat(problem, ", and the frame at byte ",
                             kSegmentHeaderBytes + *proof,
                             " was written after it had been synced"));
}

absl::StatusOr<Record> DecodeFrame(const LogIdentity& identity,
                                   absl::string_view frame, uint64_t position,
                                   Token token) {
  const std::optional<FrameHeader> header =
      DecodeFrameHeader(LogCrc(identity), position, frame);
  const std::string place = absl::StrCat("the record at position ", position);
  if (!header.has_value()) {
    return absl::DataLossError(
        absl::StrCat(place, " is damaged: its header fails its checksum"));
  }
  const absl::string_view body = frame.substr(kLogFrameHeaderBytes);
  if (body.size() != header->size || Crc32c(body) != header->crc) {
    return absl::DataLossError(
        absl::StrCat(place, " is damaged: its body fails its checksum"));
  }
  absl::StatusOr<Record> record = DecodeRecord(body, token);
  if (record.ok()) return record;
  return absl::DataLossError(
      absl::StrCat(place, " is damaged: ", record.status().message()));
}

}  // namespace distdb
