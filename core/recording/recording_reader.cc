#include "core/recording/recording_reader.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/fields.h"
#include "core/little_endian.h"
#include "core/log/crc32c.h"
#include "core/log/log_format.h"
#include "core/store/batch.h"
#include "core/store/entries_codec.h"
#include "core/store/store.h"
#include "core/value_fields.h"

namespace distdb {

RecordingReader::RecordingReader(absl::string_view bytes)
    : bytes_(bytes),
      crc_(Crc32c(RecordingPreamble())),
      chain_(crc_),
      next_(kRecordingPreambleBytes),
      body_(absl::string_view()),
      body_begin_(kRecordingPreambleBytes) {}

absl::StatusOr<RecordingReader> RecordingReader::Open(absl::string_view bytes) {
  ByteReader preamble(bytes);
  if (preamble.ReadBytes(kRecordingMagic.size()) != kRecordingMagic) {
    return absl::InvalidArgumentError(
        absl::StrCat("no recording: it does not begin with \"", kRecordingMagic,
                     "\"; give a file that `distdb serve --record` wrote"));
  }
  const uint32_t format = preamble.ReadU32();
  if (preamble.ok() && format != kRecordingFormat) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a recording of format ", format, ": this program reads format ",
        kRecordingFormat, "; use the program of the version that recorded"));
  }
  RecordingReader reader(bytes);
  if (!preamble.ok()) return reader.Damaged(0, "it is cut off");
  const absl::StatusOr<std::optional<RecordingEntry>> entry =
      reader.NextEntry();
  if (!entry.ok()) return entry.status();
  if (*entry != RecordingEntry::kInfo) {
    return reader.Damaged(kRecordingPreambleBytes,
                          "it does not say whose recording it is");
  }
  reader.body_(reader.info_);
  if (!reader.body_.ok()) {
    return reader.Damaged(reader.offset(), "a configuration that is cut off");
  }
  return reader;
}

absl::Status RecordingReader::Damaged(uint64_t at,
                                      absl::string_view what) const {
  return absl::DataLossError(
      absl::StrCat("damaged at byte ", at, " of ", bytes_.size(), ": ", what,
                   "; take another file of this recording"));
}

absl::StatusOr<bool> RecordingReader::NextFrame() {
  const absl::string_view rest = bytes_.substr(next_);
  if (rest.empty()) return false;
  const std::optional<FrameHeader> header =
      DecodeFrameHeader(crc_, next_, rest);
  const bool is_zeros = rest.find_first_not_of('\0') == absl::string_view::npos;
  const bool is_cut =
      rest.size() < kLogFrameHeaderBytes ||
      (header.has_value() && rest.size() - kLogFrameHeaderBytes < header->size);
  if (is_zeros || is_cut) {
    torn_bytes_ = rest.size();
    next_ = bytes_.size();
    return false;
  }
  if (!header.has_value() || header->previous != chain_) {
    return Damaged(next_, "no frame begins where one must");
  }
  const absl::string_view body =
      rest.substr(kLogFrameHeaderBytes, header->size);
  if (Crc32c(body) != header->crc) {
    return Damaged(next_, "the checksum of a frame does not hold");
  }
  chain_ = header->seal;
  body_ = FieldReader(body);
  body_begin_ = next_ + kLogFrameHeaderBytes;
  next_ = body_begin_ + header->size;
  return true;
}

absl::StatusOr<std::optional<RecordingEntry>> RecordingReader::NextEntry() {
  while (body_.remaining() == 0) {
    const absl::StatusOr<bool> has_more = NextFrame();
    if (!has_more.ok()) return has_more.status();
    if (!*has_more) return std::optional<RecordingEntry>();
  }
  RecordingEntry kind{};
  body_(kind);
  return kind;
}

absl::StatusOr<std::unique_ptr<Replica>> RecordingReader::Start(
    const Digester* digester) {
  Store store;
  std::string state;
  while (true) {
    const uint64_t at = offset();
    const absl::StatusOr<std::optional<RecordingEntry>> kind = NextEntry();
    if (!kind.ok()) return kind.status();
    if (!kind->has_value()) {
      return Damaged(bytes_.size(),
                     "it ends before its starting state is complete");
    }
    if (*kind == RecordingEntry::kStart) {
      body_(events_before_);
      break;
    }
    absl::Status status;
    if (*kind == RecordingEntry::kEntries) {
      status = DecodeEntries(body_.GetBytes(), store);
    } else if (*kind == RecordingEntry::kState) {
      absl::StrAppend(&state, body_.GetBytes());
    } else if (*kind == RecordingEntry::kWrites) {
      InstanceId instance;
      Payload payload;
      body_(instance, payload);
      // What is malformed was applied by nobody.
      const absl::StatusOr<BatchView> batch = DecodeBatch(payload.bytes());
      if (batch.ok()) store.Apply(instance, *batch);
    } else {
      return Damaged(at, "an entry that has no place in a starting state");
    }
    if (!status.ok()) return Damaged(at, status.message());
    if (!body_.ok()) return Damaged(at, "an entry that is cut off");
  }
  Config config = info_.config;
  config.digester = digester;
  absl::StatusOr<std::unique_ptr<Replica>> replica =
      Replica::Resume(config, std::move(store), state);
  if (replica.ok()) return replica;
  return absl::Status(
      replica.status().code(),
      absl::StrCat("before byte ", offset(), ": ", replica.status().message(),
                   "; use the program of the version that recorded"));
}

absl::StatusOr<std::optional<RecordedEvent>> RecordingReader::Next() {
  const uint64_t at = offset();
  const absl::StatusOr<std::optional<RecordingEntry>> kind = NextEntry();
  if (!kind.ok()) return kind.status();
  if (!kind->has_value()) return std::optional<RecordedEvent>();
  if (*kind != RecordingEntry::kEvent) return Damaged(at, "no event");
  RecordedEvent recorded;
  body_(recorded.event, recorded.hash);
  if (!body_.ok()) return Damaged(at, "an event that is cut off");
  absl::Status status = CheckEvent(recorded.event);
  if (!status.ok()) return Damaged(at, status.message());
  return recorded;
}

absl::Status RecordingReader::CheckEvent(const Event& event) {
  NodeId other;
  if (const Tick* tick = std::get_if<Tick>(&event)) {
    if (tick->now < now_) {
      return absl::DataLossError("an event in which time goes back");
    }
    now_ = tick->now;
    return absl::OkStatus();
  }
  if (const Receive* receive = std::get_if<Receive>(&event)) {
    other = receive->from;
  } else if (const PeerUp* up = std::get_if<PeerUp>(&event)) {
    other = up->peer;
  } else if (const PeerDown* down = std::get_if<PeerDown>(&event)) {
    other = down->peer;
  } else {
    return absl::OkStatus();
  }
  if (other == info_.config.self ||
      other.value() >= static_cast<uint32_t>(info_.config.nodes)) {
    return absl::DataLossError("an event of a peer that is no member");
  }
  return absl::OkStatus();
}

}  // namespace distdb
