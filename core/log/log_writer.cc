#include "core/log/log_writer.h"

#include <algorithm>

#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/log/crc32c.h"
#include "core/log/record_codec.h"

namespace distdb {

LogWriter::LogWriter(const LogIdentity& identity, uint64_t position,
                     uint32_t chain)
    : identity_(identity),
      log_crc_(LogCrc(identity)),
      chain_(chain),
      position_(position),
      synced_(position) {}

void LogWriter::Append(const Record& record, std::string& out) {
  const size_t begin = out.size();
  out.append(kLogFrameHeaderBytes, '\0');
  EncodeRecord(record, out);
  const absl::string_view frame = absl::string_view(out).substr(begin);
  const absl::string_view body = frame.substr(kLogFrameHeaderBytes);
  DISTDB_CHECK(body.size() <= kLogFrameBytesMax, "the record fits a frame");
  const uint64_t unsynced =
      std::min<uint64_t>(position_ - synced_, FrameHeader::kUnknown);
  chain_ = StoreFrameHeader(log_crc_, position_,
                            {.size = static_cast<uint32_t>(body.size()),
                             .crc = Crc32c(body),
                             .previous = chain_,
                             .unsynced = static_cast<uint32_t>(unsynced)},
                            out.data() + begin);
  position_ += frame.size();
}

SegmentHeader LogWriter::HeaderHere(uint64_t number) const {
  DISTDB_CHECK(synced_ == position_, "a segment begins behind what is on disk");
  return {.identity = identity_,
          .number = number,
          .begin = position_,
          .synced = position_,
          .previous = chain_};
}

void LogWriter::MarkSynced(uint64_t position) {
  DISTDB_CHECK(position <= position_, "what is synced has been appended");
  synced_ = std::max(synced_, position);
}

}  // namespace distdb
