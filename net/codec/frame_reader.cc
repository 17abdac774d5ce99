#include "net/codec/frame_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/check.h"

namespace distdb {
namespace {

uint32_t ReadLength(absl::string_view prefix) {
  uint32_t length = 0;
  for (size_t i = 0; i < kFramePrefixBytes; ++i) {
    length |= uint32_t{static_cast<uint8_t>(prefix[i])} << (8 * i);
  }
  return length;
}

}  // namespace

void AppendFramed(absl::string_view frame, std::string& stream) {
  DISTDB_CHECK(!frame.empty() && frame.size() <= kFrameBytesMax,
               "a frame has its size");
  for (size_t i = 0; i < kFramePrefixBytes; ++i) {
    stream.push_back(static_cast<char>(frame.size() >> (8 * i)));
  }
  stream.append(frame.data(), frame.size());
}

void FrameReader::Append(absl::string_view bytes) {
  buffer_.Consume(std::exchange(returned_bytes_, 0));
  buffer_.Append(bytes);
}

absl::StatusOr<std::optional<absl::string_view>> FrameReader::Next() {
  buffer_.Consume(std::exchange(returned_bytes_, 0));
  const absl::string_view bytes = buffer_.bytes();
  if (bytes.size() < kFramePrefixBytes) return std::nullopt;
  const uint32_t length = ReadLength(bytes);
  if (length == 0) {
    return absl::InvalidArgumentError("a frame of 0 bytes");
  }
  if (length > frame_bytes_max_) {
    return absl::InvalidArgumentError(
        absl::StrCat("a frame of ", length, " bytes: more than the limit of ",
                     frame_bytes_max_));
  }
  if (bytes.size() - kFramePrefixBytes < length) return std::nullopt;
  returned_bytes_ = kFramePrefixBytes + length;
  return bytes.substr(kFramePrefixBytes, length);
}

}  // namespace distdb
