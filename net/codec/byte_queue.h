// ByteQueue: bytes that arrive at one end and leave at the other, in one
// contiguous piece.
//
// Append and Consume take amortised constant time per byte. Memory is at most
// about twice what is held; a queue that has emptied gives up a large buffer.

#ifndef DISTDB_NET_CODEC_BYTE_QUEUE_H_
#define DISTDB_NET_CODEC_BYTE_QUEUE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace distdb {

class ByteQueue {
 public:
  void Append(absl::string_view bytes);

  // Bytes at the end, for the encoders that append to a string. Valid until the
  // next call; only to be appended to.
  std::string& tail() { return buffer_; }

  // What is held, the oldest first. Valid until the next non-const call.
  absl::string_view bytes() const {
    return absl::string_view(buffer_).substr(consumed_);
  }
  size_t size() const { return buffer_.size() - consumed_; }
  bool empty() const { return size() == 0; }

  // Drops the oldest bytes. Requires count <= size().
  void Consume(size_t count);

 private:
  std::string buffer_;
  size_t consumed_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_NET_CODEC_BYTE_QUEUE_H_
