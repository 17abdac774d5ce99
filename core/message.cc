#include "core/message.h"

#include "absl/strings/string_view.h"

namespace distdb {

absl::string_view MessageKindName(MessageKind kind) {
  switch (kind) {
    case MessageKind::kSend:
      return "SEND";
    case MessageKind::kEcho:
      return "ECHO";
    case MessageKind::kReady:
      return "READY";
    case MessageKind::kDelivered:
      return "DELIVERED";
    case MessageKind::kPull:
      return "PULL";
    case MessageKind::kPayload:
      return "PAYLOAD";
    case MessageKind::kWatermark:
      return "WATERMARK";
    case MessageKind::kHello:
      return "HELLO";
    case MessageKind::kCollected:
      return "COLLECTED";
  }
  return "?";
}

bool CarriesDigest(MessageKind kind) {
  return kind == MessageKind::kEcho || kind == MessageKind::kReady ||
         kind == MessageKind::kDelivered || kind == MessageKind::kPull;
}

bool CarriesPayload(MessageKind kind) {
  return kind == MessageKind::kSend || kind == MessageKind::kPayload;
}

}  // namespace distdb
