// ScanCursors: where the SCANs of all connections go on.
//
// A cursor must be a number, and where a scan goes on is a key, so the numbers
// of recent keys are remembered: any connection may use any of them, as often
// as it likes. When there are too many the oldest are forgotten; who comes with
// one of those is told to begin again.

#ifndef DISTDB_NET_RESP_SCAN_CURSORS_H_
#define DISTDB_NET_RESP_SCAN_CURSORS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace distdb {

class ScanCursors {
 public:
  static constexpr size_t kCursorsMax = 10'000;
  static constexpr size_t kKeyBytesHeldMax = 16 * 1024 * 1024;

  // A cursor, never 0, that goes on at `key`.
  uint64_t Remember(std::string key) {
    key_bytes_ += key.size();
    keys_.push_back(std::move(key));
    while (keys_.size() > kCursorsMax || key_bytes_ > kKeyBytesHeldMax) {
      key_bytes_ -= keys_.front().size();
      keys_.pop_front();
      ++first_;
    }
    return first_ + keys_.size() - 1;
  }

  // The key at which `cursor` goes on, valid until the next Remember; null
  // when it is not, or no longer, known.
  const std::string* Find(uint64_t cursor) const {
    if (cursor < first_ || cursor - first_ >= keys_.size()) return nullptr;
    return &keys_[cursor - first_];
  }

 private:
  // Those of cursors first_, first_ + 1, …
  std::deque<std::string> keys_;
  uint64_t first_ = 1;
  size_t key_bytes_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_NET_RESP_SCAN_CURSORS_H_
