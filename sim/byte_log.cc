#include "sim/byte_log.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "core/check.h"

namespace distdb::sim {
namespace {

constexpr uint64_t kCluster = 0xd15c0;

}  // namespace

ByteLog::ByteLog(NodeId node)
    : identity_{.cluster = kCluster, .node = node, .epoch = Epoch(1)},
      encoder_(identity_, bytes_),
      covered_bytes_(bytes_.size()),
      synced_bytes_(bytes_.size()) {}

void ByteLog::Write(absl::Span<const Record> records) {
  for (const Record& record : records) {
    frames_.push_back({.offset = bytes_.size(), .vouches_for = synced_bytes_});
    encoder_.Append(record, bytes_);
  }
}

void ByteLog::CompleteFsync() {
  synced_bytes_ = covered_bytes_;
  encoder_.MarkSynced(synced_bytes_);
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
    FlipBit(0, bytes_.size(), draw);
  }
  const auto differs = [&](uint64_t begin, uint64_t end) {
    return before.compare(begin, end - begin, bytes_, begin, end - begin) != 0;
  };
  if (differs(0, kLogHeaderBytes)) return {.refuses = true};
  size_t first = 0;
  while (first < frames_.size() &&
         !differs(frames_[first].offset, End(first))) {
    ++first;
  }
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

absl::StatusOr<std::vector<Record>> ByteLog::Recover() {
  absl::StatusOr<LogContents> contents = DecodeLog(bytes_);
  if (!contents.ok()) return contents.status();
  if (contents->identity != identity_) {
    return absl::FailedPreconditionError("this is the log of another node");
  }
  if (contents->offsets.size() > frames_.size()) {
    return absl::InternalError("the reader found more than was written");
  }
  bytes_.resize(contents->valid_bytes);
  frames_.resize(contents->offsets.size());
  encoder_ = LogEncoder(*contents);
  covered_bytes_ = synced_bytes_ = bytes_.size();
  return std::move(contents->records);
}

absl::StatusOr<Record> ByteLog::Load(size_t index, Token token) const {
  DISTDB_CHECK(index < frames_.size(), "what is loaded was written");
  const uint64_t begin = frames_[index].offset;
  const absl::string_view bytes = bytes_;
  return DecodeFrame(identity_, bytes.substr(begin, End(index) - begin), begin,
                     token);
}

}  // namespace distdb::sim
