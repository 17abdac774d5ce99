// Frame: the unit that travels on a link between two nodes, and its encoding
// (Protocol Buffers, wire.proto). Pure functions on bytes.
//
// Decoding is strict. What it lets through maps to core's Message one to one;
// everything else (an unknown kind, a digest that is not 32 bytes, a field that
// is missing or that the kind does not carry, two kinds of frame in one) is
// InvalidArgument with a message that names it. Whether the content makes
// sense (a node that does not exist, a seq of 0) is core's to judge.
//
// Encoding then decoding gives back the frame. The reverse does not hold:
// Protocol Buffers have many encodings of one value, so that no digest is ever
// taken over these bytes.

#ifndef DISTDB_NET_CODEC_FRAME_H_
#define DISTDB_NET_CODEC_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/message.h"
#include "core/types.h"

namespace distdb {

// Spoken by this build. Nodes of different versions do not talk.
inline constexpr uint32_t kProtocolVersion = 2;

// The largest frame, without its length prefix. A peer that announces more is
// cut off.
inline constexpr size_t kFrameBytesMax = 8 * 1024 * 1024;

// The largest payload that fits into a frame, whatever the other fields are:
// Config::payload_bytes_max must not exceed it.
inline constexpr size_t kFramePayloadBytesMax = kFrameBytesMax - 128;

// The most messages in one frame, so that reading one takes memory in
// proportion to its bytes.
inline constexpr size_t kBatchMessagesMax = 16 * 1024;

// One per node of the largest cluster, and the largest of them.
inline constexpr size_t kAddressRecordsMax = 64;
inline constexpr size_t kAddressRecordBytesMax = 1024;
// A frame of all of them.
inline constexpr size_t kRecordsFrameBytesMax =
    kAddressRecordsMax * (kAddressRecordBytesMax + 4) + 8;

// Who speaks, and what must be equal on both sides of a link.
struct Handshake {
  uint32_t protocol_version = kProtocolVersion;
  std::string cluster_id;
  NodeId node;
  Epoch epoch;
  uint32_t nodes = 0;
  // Only to exchange address records.
  bool introduction = false;

  friend bool operator==(const Handshake&, const Handshake&) = default;
};

// 1 … kBatchMessagesMax messages, in the order of sending.
struct MessageBatch {
  std::vector<Message> messages;

  friend bool operator==(const MessageBatch&, const MessageBatch&) = default;
};

struct Ping {
  uint64_t nonce = 0;

  friend bool operator==(const Ping&, const Ping&) = default;
};

struct Pong {
  uint64_t nonce = 0;

  friend bool operator==(const Pong&, const Pong&) = default;
};

// Signed, and opaque here: net/discovery reads them. 1 … kAddressRecordsMax,
// each of 1 … kAddressRecordBytesMax bytes.
struct AddressRecords {
  std::vector<std::string> records;

  friend bool operator==(const AddressRecords&,
                         const AddressRecords&) = default;
};

using Frame = std::variant<Handshake, MessageBatch, Ping, Pong, AddressRecords>;

// The bytes of a frame, without length prefix. Requires messages that are as
// core/message.h says.
std::string EncodeFrame(const Frame& frame);

// Appends one message as it stands in a batch. The concatenation of such
// encodings is the encoding of the batch. Requires a payload of at most
// kFramePayloadBytesMax.
void AppendMessage(const Message& message, std::string& frame);

// Reads what EncodeFrame wrote. The frame shares nothing with `bytes`.
absl::StatusOr<Frame> DecodeFrame(absl::string_view bytes);

}  // namespace distdb

#endif  // DISTDB_NET_CODEC_FRAME_H_
