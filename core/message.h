// Message: what one replica tells another. A plain value of one cache line and
// a pointer; the payload is shared, never copied.
//
// Who sent a message is not in it: that is a property of the channel on which
// it came (Receive::from), and a liar cannot forge another node's channel.
//
// All kinds use `instance`; the table says what else each carries.
//
//   kind        digest  payload  meaning
//   SEND                   x     the origin's payload (bracha: only from the
//                                origin; broadcast: relayed by anyone)
//   ECHO           x             "the origin sent me this"
//   READY          x             "I know that nothing else can be delivered"
//   DELIVERED      x             READY, and "I have delivered this durably"
//   PULL           x             "send me the payload with this digest"
//                                (broadcast: everything from `seq` on)
//   PAYLOAD                x     the answer to PULL
//   WATERMARK                    "I have durably delivered this origin's stream
//                                up to `seq`", which also moves the window
//   HELLO                        "tell me your watermarks"; origin and seq are
//                                0
//   COLLECTED                    "I keep nothing of this origin's stream below
//                                `seq`", which is a position in bytes here
//                                (bracha/retention.h)

#ifndef DISTDB_CORE_MESSAGE_H_
#define DISTDB_CORE_MESSAGE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/payload.h"
#include "core/types.h"

namespace distdb {

// The numbers are part of the wire format and of recordings: never reuse one.
enum class MessageKind : uint8_t {
  kSend = 1,
  kEcho = 2,
  kReady = 3,
  kDelivered = 4,
  kPull = 5,
  kPayload = 6,
  kWatermark = 7,
  kHello = 8,
  kCollected = 9,
};

inline constexpr MessageKind kAllMessageKinds[] = {
    MessageKind::kSend,      MessageKind::kEcho,  MessageKind::kReady,
    MessageKind::kDelivered, MessageKind::kPull,  MessageKind::kPayload,
    MessageKind::kWatermark, MessageKind::kHello, MessageKind::kCollected};

struct Message {
  MessageKind kind = MessageKind::kHello;
  InstanceId instance;
  Digest digest;
  Payload payload;

  friend bool operator==(const Message&, const Message&) = default;
};

// "SEND", "ECHO", …; "?" for a number that is no kind.
absl::string_view MessageKindName(MessageKind kind);

// Whether a message of this kind carries a digest, or a payload.
bool CarriesDigest(MessageKind kind);
bool CarriesPayload(MessageKind kind);

}  // namespace distdb

#endif  // DISTDB_CORE_MESSAGE_H_
