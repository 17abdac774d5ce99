#include "net/codec/frame.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/message.h"
#include "core/payload.h"
#include "core/types.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "net/codec/wire.pb.h"

namespace distdb {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

void Fill(const Handshake& from, wire::Handshake& to) {
  to.set_protocol_version(from.protocol_version);
  to.set_cluster_id(from.cluster_id);
  to.set_node(from.node.value());
  to.set_epoch(from.epoch.value());
  to.set_nodes(from.nodes);
  to.set_introduction(from.introduction);
}

void Fill(const Message& from, wire::Message& to) {
  to.set_kind(static_cast<wire::MessageKind>(from.kind));
  to.set_epoch(from.instance.epoch.value());
  to.set_origin(from.instance.origin.value());
  to.set_seq(from.instance.seq.value());
  if (CarriesDigest(from.kind)) {
    to.set_digest(from.digest.bytes.data(), from.digest.bytes.size());
  }
  if (CarriesPayload(from.kind)) {
    const absl::string_view payload = from.payload.bytes();
    to.set_payload(payload.data(), payload.size());
  }
}

absl::Status Missing(absl::string_view what, absl::string_view field) {
  return absl::InvalidArgumentError(absl::StrCat(what, " without ", field));
}

absl::StatusOr<Frame> ReadHandshake(const wire::Handshake& from) {
  constexpr absl::string_view kWhat = "a handshake";
  if (!from.has_protocol_version()) return Missing(kWhat, "protocol_version");
  if (!from.has_cluster_id()) return Missing(kWhat, "cluster_id");
  if (!from.has_node()) return Missing(kWhat, "node");
  if (!from.has_epoch()) return Missing(kWhat, "epoch");
  if (!from.has_nodes()) return Missing(kWhat, "nodes");
  if (!from.has_introduction()) return Missing(kWhat, "introduction");
  return Handshake{.protocol_version = from.protocol_version(),
                   .cluster_id = from.cluster_id(),
                   .node = NodeId(from.node()),
                   .epoch = Epoch(from.epoch()),
                   .nodes = from.nodes(),
                   .introduction = from.introduction()};
}

absl::StatusOr<MessageKind> ReadKind(const wire::Message& from) {
  if (!from.has_kind()) return Missing("a message", "kind");
  const auto* known = std::find_if(
      std::begin(kAllMessageKinds), std::end(kAllMessageKinds),
      [&](MessageKind kind) {
        return static_cast<int>(kind) == static_cast<int>(from.kind());
      });
  if (known == std::end(kAllMessageKinds)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a message of unknown kind ", static_cast<int>(from.kind())));
  }
  return *known;
}

// Whether `from` has all fields that `kind` carries, and no other.
absl::Status CheckFields(MessageKind kind, const wire::Message& from) {
  const absl::string_view name = MessageKindName(kind);
  if (!from.has_epoch()) return Missing(name, "epoch");
  if (!from.has_origin()) return Missing(name, "origin");
  if (!from.has_seq()) return Missing(name, "seq");
  if (CarriesDigest(kind) && !from.has_digest()) return Missing(name, "digest");
  if (CarriesPayload(kind) && !from.has_payload()) {
    return Missing(name, "payload");
  }
  if (!CarriesDigest(kind) && from.has_digest()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " with a digest, which it does not carry"));
  }
  if (!CarriesPayload(kind) && from.has_payload()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " with a payload, which it does not carry"));
  }
  return absl::OkStatus();
}

// Takes the payload's bytes out of `from`.
absl::StatusOr<Message> TakeMessage(wire::Message& from) {
  const absl::StatusOr<MessageKind> kind = ReadKind(from);
  if (!kind.ok()) return kind.status();
  const absl::Status fields = CheckFields(*kind, from);
  if (!fields.ok()) return fields;

  Message to;
  to.kind = *kind;
  to.instance = {Epoch(from.epoch()), NodeId(from.origin()), Seq(from.seq())};
  if (CarriesDigest(*kind)) {
    if (from.digest().size() != to.digest.bytes.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(MessageKindName(*kind), " with a digest of ",
                       from.digest().size(), " bytes in place of 32"));
    }
    std::copy(from.digest().begin(), from.digest().end(),
              to.digest.bytes.begin());
  }
  if (CarriesPayload(*kind)) {
    // What is let in can be passed on.
    if (from.payload().size() > kFramePayloadBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat(
          MessageKindName(*kind), " with a payload of ", from.payload().size(),
          " bytes, more than ", kFramePayloadBytesMax));
    }
    to.payload = Payload(std::move(*from.mutable_payload()));
  }
  return to;
}

// What a frame holds, counted before anything is allocated for it: two bytes
// can announce a message, or a record.
struct Contents {
  size_t messages = 0;
  bool records = false;
};

Contents Survey(absl::string_view bytes) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream input(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  Contents contents;
  for (uint32_t tag = input.ReadTag(); tag != 0; tag = input.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    if (field == wire::Frame::kMessagesFieldNumber) ++contents.messages;
    if (field == wire::Frame::kAddressRecordsFieldNumber) {
      contents.records = true;
    }
    if (!WireFormatLite::SkipField(&input, tag)) break;
  }
  return contents;
}

absl::StatusOr<Frame> TakeMessages(wire::Frame& from) {
  MessageBatch batch;
  batch.messages.reserve(from.messages_size());
  for (wire::Message& item : *from.mutable_messages()) {
    absl::StatusOr<Message> message = TakeMessage(item);
    if (!message.ok()) return message.status();
    batch.messages.push_back(*std::move(message));
  }
  return batch;
}

absl::StatusOr<Frame> TakeRecords(wire::AddressRecords& from) {
  const int count = from.records_size();
  if (count < 1 || count > static_cast<int>(kAddressRecordsMax)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a frame of ", count, " address records in place of 1 to ",
                     kAddressRecordsMax));
  }
  AddressRecords to;
  for (std::string& record : *from.mutable_records()) {
    if (record.empty() || record.size() > kAddressRecordBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("an address record of ", record.size(),
                       " bytes in place of 1 to ", kAddressRecordBytesMax));
    }
    to.records.push_back(std::move(record));
  }
  return to;
}

}  // namespace

std::string EncodeFrame(const Frame& frame) {
  std::string bytes;
  std::visit(Overloaded{[&](const Handshake& handshake) {
                          wire::Frame to;
                          Fill(handshake, *to.mutable_handshake());
                          to.AppendToString(&bytes);
                        },
                        [&](const MessageBatch& batch) {
                          DISTDB_CHECK(
                              !batch.messages.empty() &&
                                  batch.messages.size() <= kBatchMessagesMax,
                              "a batch has its size");
                          for (const Message& message : batch.messages) {
                            AppendMessage(message, bytes);
                          }
                        },
                        [&](const Ping& ping) {
                          wire::Frame to;
                          to.mutable_ping()->set_nonce(ping.nonce);
                          to.AppendToString(&bytes);
                        },
                        [&](const Pong& pong) {
                          wire::Frame to;
                          to.mutable_pong()->set_nonce(pong.nonce);
                          to.AppendToString(&bytes);
                        },
                        [&](const AddressRecords& records) {
                          wire::Frame to;
                          for (const std::string& record : records.records) {
                            to.mutable_address_records()->add_records(record);
                          }
                          to.AppendToString(&bytes);
                        }},
             frame);
  return bytes;
}

void AppendMessage(const Message& message, std::string& frame) {
  DISTDB_CHECK(message.payload.size() <= kFramePayloadBytesMax,
               "a payload fits into a frame");
  google::protobuf::Arena arena;
  auto* to = google::protobuf::Arena::CreateMessage<wire::Frame>(&arena);
  Fill(message, *to->add_messages());
  to->AppendToString(&frame);
}

absl::StatusOr<Frame> DecodeFrame(absl::string_view bytes) {
  const Contents contents = Survey(bytes);
  if (contents.messages > kBatchMessagesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a frame of more than ", kBatchMessagesMax, " messages"));
  }
  if (contents.records && bytes.size() > kRecordsFrameBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a frame of ", bytes.size(),
        " bytes of address records: ", "more than ", kRecordsFrameBytesMax));
  }
  google::protobuf::Arena arena;
  auto* from = google::protobuf::Arena::CreateMessage<wire::Frame>(&arena);
  if (bytes.size() > kFrameBytesMax ||
      !from->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError("bytes that are no wire.Frame");
  }
  const int kinds = int{from->has_handshake()} +
                    int{from->messages_size() > 0} + int{from->has_ping()} +
                    int{from->has_pong()} + int{from->has_address_records()};
  if (kinds != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("a frame that is ", kinds,
                     " of handshake, messages, ping, pong and address records "
                     "in place of one"));
  }
  if (from->has_handshake()) return ReadHandshake(from->handshake());
  if (from->messages_size() > 0) return TakeMessages(*from);
  if (from->has_ping()) {
    if (!from->ping().has_nonce()) return Missing("a ping", "nonce");
    return Ping{from->ping().nonce()};
  }
  if (from->has_address_records()) {
    return TakeRecords(*from->mutable_address_records());
  }
  if (!from->pong().has_nonce()) return Missing("a pong", "nonce");
  return Pong{from->pong().nonce()};
}

}  // namespace distdb
