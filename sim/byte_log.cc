#include "sim/byte_log.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "core/check.h"

namespace distdb::sim {
namespace {

constexpr uint64_t kCluster = 0xd15c0;
// Small, so that runs have many.
constexpr uint64_t kSegmentBytes = 4096;

}  // namespace

ByteLog::ByteLog(NodeId node)
    : identity_{.cluster = kCluster, .node = node, .epoch = Epoch(1)},
      writer_(identity_),
      mark_{.identity = identity_} {
  segments_.push_back({0, EncodeSegmentHeader(writer_.HeaderHere(1))});
}

void ByteLog::MaybeBeginSegment() {
  if (bytes_.size() - segments_.back().begin < kSegmentBytes) return;
  if (synced_bytes_ < bytes_.size()) return;
  const SegmentHeader header = writer_.HeaderHere(segments_.size() + 1);
  segments_.push_back({header.begin, EncodeSegmentHeader(header)});
}

void ByteLog::Write(absl::Span<const Record> records) {
  MaybeBeginSegment();
  for (const Record& record : records) {
    frames_.push_back({.offset = bytes_.size(), .vouches_for = synced_bytes_});
    writer_.Append(record, bytes_);
  }
}

void ByteLog::CompleteFsync() {
  synced_bytes_ = covered_bytes_;
  writer_.MarkSynced(synced_bytes_);
  mark_.synced = synced_bytes_;
}

void ByteLog::FlipBit(uint64_t begin, uint64_t end, DrawBelow draw) {
  const uint64_t bit = draw((end - begin) * 8);
  bytes_[begin + bit / 8] ^= static_cast<char>(1u << (bit % 8));
}

void ByteLog::Misdirect(uint64_t begin, uint64_t end, uint64_t to) {
  const std::string block = bytes_.substr(begin, end - begin);
  std::fill(bytes_.begin() + static_cast<ptrdiff_t>(begin),
            bytes_.begin() + static_cast<ptrdiff_t>(end), '\0');
  bytes_.resize(std::max<size_t>(bytes_.size(), to + block.size()));
  bytes_.replace(to, block.size(), block);
}

void ByteLog::CutPower(size_t records, Damage tail, DrawBelow draw) {
  DISTDB_CHECK(records <= frames_.size(), "only what was written survives");
  if (records == frames_.size()) return;
  const uint64_t begin = frames_[records].offset;
  const uint64_t end = End(records);
  // Of a disk that forgets, which forgets its mark, too.
  while (segments_.back().begin > begin) segments_.pop_back();
  mark_.synced = std::min(mark_.synced, begin);
  switch (tail) {
    case Damage::kNone:
      bytes_.resize(begin);
      break;
    case Damage::kTorn:
      bytes_.resize(begin + 1 + draw(end - begin - 1));
      break;
    case Damage::kBitFlip:
      FlipBit(begin, end, draw);
      break;
    case Damage::kMisdirected:
      Misdirect(begin, end, begin + 1 + draw(512));
      break;
  }
}

ByteLog::Duty ByteLog::Strike(Damage damage, DrawBelow draw) {
  const std::string before = bytes_;
  const bool can_land_elsewhere = frames_.size() > 1;
  if (damage == Damage::kMisdirected && can_land_elsewhere) {
    const uint64_t last = frames_.back().offset;
    Misdirect(last, bytes_.size(), draw(last));
    bytes_.resize(before.size());
  } else {
    const uint64_t headers = segments_.size() * kSegmentHeaderBytes;
    const uint64_t bit = draw((headers + bytes_.size()) * 8);
    const uint64_t byte = bit / 8;
    std::string& struck =
        byte < headers ? segments_[byte / kSegmentHeaderBytes].header : bytes_;
    struck[byte < headers ? byte % kSegmentHeaderBytes : byte - headers] ^=
        static_cast<char>(1u << (bit % 8));
    if (byte < headers) return {.refuses = true};
  }
  const auto differs = [&](uint64_t begin, uint64_t end) {
    return before.compare(begin, end - begin, bytes_, begin, end - begin) != 0;
  };
  size_t first = 0;
  while (first < frames_.size() &&
         !differs(frames_[first].offset, End(first))) {
    ++first;
  }
  if (first == frames_.size()) return {.records = first};
  const uint64_t vouched = std::max(mark_.synced, segments_.back().begin);
  if (frames_[first].offset < vouched) return {.refuses = true};
  for (size_t i = first + 1; i < frames_.size(); ++i) {
    const Frame& later = frames_[i];
    const bool vouches = later.vouches_for > frames_[first].offset;
    if (vouches &&
        !differs(later.offset, later.offset + kLogFrameHeaderBytes)) {
      return {.refuses = true};
    }
  }
  return {.records = first};
}

absl::StatusOr<LogContents> ByteLog::Read() const {
  std::vector<SegmentHeader> headers;
  for (const Segment& segment : segments_) {
    absl::StatusOr<SegmentHeader> header = DecodeSegmentHeader(segment.header);
    if (!header.ok()) return header.status();
    headers.push_back(*header);
  }
  LogContents log;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const bool last = i + 1 == segments_.size();
    const uint64_t begin = segments_[i].begin;
    const uint64_t end = last ? bytes_.size() : segments_[i + 1].begin;
    absl::Status status =
        ReadSegment(segments_[i].header + bytes_.substr(begin, end - begin),
                    last ? nullptr : &headers[i + 1], mark_.synced, log);
    if (!status.ok()) return status;
  }
  return log;
}

absl::StatusOr<std::vector<Record>> ByteLog::Recover() {
  absl::StatusOr<LogContents> log = Read();
  if (!log.ok()) return log.status();
  if (log->segment.identity != identity_) {
    return absl::FailedPreconditionError("this is the log of another node");
  }
  if (log->positions.size() > frames_.size()) {
    return absl::InternalError("the reader found more than was written");
  }
  bytes_.resize(log->end);
  frames_.resize(log->positions.size());
  writer_ = LogWriter(identity_, log->end, log->chain);
  covered_bytes_ = synced_bytes_ = mark_.synced = bytes_.size();
  return std::move(log->records);
}

absl::StatusOr<Record> ByteLog::Load(size_t index, Token token) const {
  DISTDB_CHECK(index < frames_.size(), "what is loaded was written");
  const uint64_t begin = frames_[index].offset;
  const absl::string_view bytes = bytes_;
  return DecodeFrame(identity_, bytes.substr(begin, End(index) - begin), begin,
                     token);
}

}  // namespace distdb::sim
