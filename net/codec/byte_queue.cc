#include "net/codec/byte_queue.h"

#include <string>

#include "absl/strings/string_view.h"
#include "core/check.h"

namespace distdb {
namespace {

// An empty queue keeps a buffer of up to this size for what comes next.
constexpr size_t kKeptBytesMax = 256 * 1024;

}  // namespace

void ByteQueue::Append(absl::string_view bytes) {
  buffer_.append(bytes.data(), bytes.size());
}

void ByteQueue::Consume(size_t count) {
  DISTDB_CHECK(count <= size(), "no more is consumed than is there");
  consumed_ += count;
  if (empty()) {
    buffer_.clear();
    if (buffer_.capacity() > kKeptBytesMax) std::string().swap(buffer_);
    consumed_ = 0;
  } else if (consumed_ >= size()) {
    // What is moved is no more than what has been consumed since the last time.
    buffer_.erase(0, consumed_);
    consumed_ = 0;
  }
}

}  // namespace distdb
