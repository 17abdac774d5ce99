// Payload: a shared, immutable buffer of bytes.
//
// A broadcast's content is read once from a client or a peer, and from then on
// only pointed to: by the instance, the log record, every message that carries
// it and the store's recent history. Copying a Payload copies a pointer.
//
// Not thread-safe: the count of holders is a plain integer, because a replica
// and its driver live on one thread. A driver that hands bytes to another
// thread hands it a copy of the bytes.

#ifndef DISTDB_CORE_PAYLOAD_H_
#define DISTDB_CORE_PAYLOAD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace distdb {

class Payload {
 public:
  // No payload at all; distinct from an empty one.
  Payload() = default;
  explicit Payload(std::string bytes)
      : buffer_(new Buffer{1, std::move(bytes)}) {}

  Payload(const Payload& other) : buffer_(other.buffer_) { Hold(); }
  Payload(Payload&& other) noexcept
      : buffer_(std::exchange(other.buffer_, nullptr)) {}
  Payload& operator=(const Payload& other) {
    Payload copy(other);
    std::swap(buffer_, copy.buffer_);
    return *this;
  }
  Payload& operator=(Payload&& other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~Payload() { Release(); }

  bool has_value() const { return buffer_ != nullptr; }

  // Valid as long as some holder of this buffer lives. Empty if none.
  absl::string_view bytes() const {
    return buffer_ == nullptr ? absl::string_view() : buffer_->bytes;
  }
  size_t size() const { return buffer_ == nullptr ? 0 : buffer_->bytes.size(); }

  // Same content; two absent payloads are equal.
  friend bool operator==(const Payload& a, const Payload& b) {
    return a.buffer_ == b.buffer_ ||
           (a.has_value() && b.has_value() && a.bytes() == b.bytes());
  }

 private:
  struct Buffer {
    uint64_t holders;
    std::string bytes;
  };

  void Hold() {
    if (buffer_ != nullptr) ++buffer_->holders;
  }
  void Release() {
    if (buffer_ != nullptr && --buffer_->holders == 0) delete buffer_;
  }

  Buffer* buffer_ = nullptr;
};

}  // namespace distdb

#endif  // DISTDB_CORE_PAYLOAD_H_
