#include "sim/wire.h"

#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "core/check.h"
#include "net/codec/frame.h"

namespace distdb::sim {

std::string ToFrame(const Message& message) {
  return EncodeFrame(MessageBatch{{message}});
}

Message FromFrame(const std::string& frame) {
  absl::StatusOr<Frame> decoded = DecodeFrame(frame);
  DISTDB_CHECK(decoded.ok(), "what was encoded can be decoded");
  MessageBatch* batch = std::get_if<MessageBatch>(&*decoded);
  DISTDB_CHECK(batch != nullptr && batch->messages.size() == 1,
               "a frame of one message is that message");
  return std::move(batch->messages[0]);
}

bool RefusesCorrupted(std::string frame, size_t index, uint8_t bits) {
  frame[index] = static_cast<char>(static_cast<uint8_t>(frame[index]) ^ bits);
  const absl::StatusOr<Frame> decoded = DecodeFrame(frame);
  if (!decoded.ok()) return true;
  const absl::StatusOr<Frame> again = DecodeFrame(EncodeFrame(*decoded));
  DISTDB_CHECK(again.ok() && *again == *decoded,
               "what is decoded survives another round trip");
  return false;
}

}  // namespace distdb::sim
