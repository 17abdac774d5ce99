#include "core/recording/recording_writer.h"

#include <algorithm>

#include "core/check.h"
#include "core/fields.h"
#include "core/little_endian.h"
#include "core/log/crc32c.h"
#include "core/log/log_format.h"
#include "core/value_fields.h"

namespace distdb {

RecordingWriter::RecordingWriter(const RecordingInfo& info)
    : bytes_(RecordingPreamble()),
      frame_(bytes_.size()),
      position_(bytes_.size()),
      crc_(Crc32c(bytes_)),
      chain_(crc_) {
  Begin(RecordingEntry::kInfo);
  FieldWriter put(&bytes_);
  put(info);
  CloseFrame();
}

void RecordingWriter::AddEntries(absl::string_view run) {
  Begin(RecordingEntry::kEntries);
  FieldWriter(&bytes_).PutBytes(run);
  End();
}

void RecordingWriter::AddWrites(const Delivery& delivery) {
  Begin(RecordingEntry::kWrites);
  FieldWriter put(&bytes_);
  put(delivery.instance, delivery.payload);
  End();
}

void RecordingWriter::Start(const Replica& replica, uint64_t events_before) {
  std::string state;
  replica.Save(state);
  absl::string_view rest = state;
  while (!rest.empty()) {
    const size_t size = std::min(rest.size(), kRecordingFrameBytes);
    Begin(RecordingEntry::kState);
    FieldWriter(&bytes_).PutBytes(rest.substr(0, size));
    End();
    rest.remove_prefix(size);
  }
  Begin(RecordingEntry::kStart);
  FieldWriter put(&bytes_);
  put(events_before);
  CloseFrame();
}

bool RecordingWriter::AddEvent(const Event& event, const Effects& effects) {
  hash_.Add(effects);
  Begin(RecordingEntry::kEvent);
  const size_t begin = bytes_.size();
  FieldWriter put(&bytes_);
  put(event, hash_.Prefix());
  if (open_bytes() - kLogFrameHeaderBytes > kLogFrameBytesMax) {
    bytes_.resize(begin - 1);
    if (open_bytes() == kLogFrameHeaderBytes) bytes_.resize(frame_);
    return false;
  }
  End();
  return true;
}

absl::string_view RecordingWriter::Bytes() {
  CloseFrame();
  return bytes_;
}

void RecordingWriter::Begin(RecordingEntry kind) {
  if (open_bytes() == 0) bytes_.append(kLogFrameHeaderBytes, '\0');
  AppendU8(bytes_, static_cast<uint8_t>(kind));
}

void RecordingWriter::End() {
  if (open_bytes() >= kRecordingFrameBytes) CloseFrame();
}

void RecordingWriter::CloseFrame() {
  if (open_bytes() == 0) return;
  const absl::string_view body =
      absl::string_view(bytes_).substr(frame_ + kLogFrameHeaderBytes);
  DISTDB_CHECK(body.size() <= kLogFrameBytesMax, "an entry fits a frame");
  chain_ = StoreFrameHeader(crc_, position_,
                            {.size = static_cast<uint32_t>(body.size()),
                             .crc = Crc32c(body),
                             .previous = chain_},
                            bytes_.data() + frame_);
  position_ += open_bytes();
  frame_ = bytes_.size();
}

}  // namespace distdb
