// FrameReader: finds the frames in a stream of bytes that arrives in any
// slicing.
//
//   stream = { length frame }*
//   length = 4 bytes, little-endian, 1 … kFrameBytesMax
//
// A length of 0 or beyond the limit is an error for good: where the next frame
// begins is not known any more, and the link must be closed.

#ifndef DISTDB_NET_CODEC_FRAME_READER_H_
#define DISTDB_NET_CODEC_FRAME_READER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "net/codec/byte_queue.h"
#include "net/codec/frame.h"

namespace distdb {

inline constexpr size_t kFramePrefixBytes = 4;

// Appends prefix and frame. Requires 1 <= frame.size() <= kFrameBytesMax.
void AppendFramed(absl::string_view frame, std::string& stream);

class FrameReader {
 public:
  // `frame_bytes_max` may be lowered while little is expected (a handshake).
  explicit FrameReader(size_t frame_bytes_max = kFrameBytesMax)
      : frame_bytes_max_(frame_bytes_max) {}

  void set_frame_bytes_max(size_t bytes) { frame_bytes_max_ = bytes; }

  // Takes what was read. Memory stays within a frame and what is appended
  // between two rounds of Next.
  void Append(absl::string_view bytes);

  // The next frame, valid until the next call of Append or Next; nothing when
  // more bytes are needed; InvalidArgument, from then on always, when the
  // stream is broken.
  absl::StatusOr<std::optional<absl::string_view>> Next();

  // Bytes held; those of the frame that Next returned last are among them.
  size_t buffered_bytes() const { return buffer_.size(); }

 private:
  size_t frame_bytes_max_;
  ByteQueue buffer_;
  // Of the frame that Next returned last, with prefix: used up by the next
  // call.
  size_t returned_bytes_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_NET_CODEC_FRAME_READER_H_
