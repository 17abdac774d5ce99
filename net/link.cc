#include "net/link.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/types.h"
#include "net/codec/frame.h"
#include "net/codec/frame_reader.h"
#include "net/event_loop.h"
#include "net/socket.h"
#include "net/stream.h"

namespace distdb {
namespace {

// A stranger may make us hold this much.
constexpr size_t kHandshakeBytesMax = 1024;
// What one link may read or write in one turn, so that others have theirs.
constexpr size_t kReadBytesPerTurn = 256 * 1024;
constexpr size_t kWriteBytesPerTurn = 256 * 1024;
constexpr size_t kReadBytes = 64 * 1024;
// A batch is closed when it would grow beyond this.
constexpr size_t kBatchBytes = 64 * 1024;
// Kind, epoch, origin and seq take two bytes or more each.
constexpr size_t kMessageBytesMin = 8;
static_assert(kBatchBytes / kMessageBytesMin <= kBatchMessagesMax);

Link::Failure Malformed(absl::string_view what) {
  return {LinkProblem::kMalformed, std::string(what)};
}

Link::Failure Closed(absl::string_view what) {
  return {LinkProblem::kClosed, std::string(what)};
}

// What an error of a Stream means (net/stream.h).
Link::Failure FailureOf(const absl::Status& status) {
  const std::string what(status.message());
  switch (status.code()) {
    case absl::StatusCode::kUnauthenticated:
      return {LinkProblem::kWrongKey, what};
    case absl::StatusCode::kPermissionDenied:
      return {LinkProblem::kRefused, what};
    case absl::StatusCode::kInvalidArgument:
      return {LinkProblem::kMalformed, what};
    default:
      return {LinkProblem::kClosed, what};
  }
}

}  // namespace

Link::Link(std::unique_ptr<Stream> stream, bool connecting,
           const Handshake& ours, const LinkOptions& options, EventLoop* loop,
           Owner* owner)
    : stream_(std::move(stream)),
      ours_(ours),
      options_(options),
      loop_(loop),
      owner_(owner),
      state_(connecting ? State::kConnecting : State::kSecuring),
      reader_(kHandshakeBytesMax) {}

Link::~Link() {
  if (!started_) return;
  loop_->Cancel(timer_);
  loop_->Cancel(read_again_);
  loop_->Remove(stream_->socket().get());
}

absl::Status Link::Start() {
  // Connected or not, it begins once the socket takes bytes.
  const absl::Status added =
      loop_->Add(stream_->socket().get(),
                 {.read = state_ != State::kConnecting, .write = true}, this);
  if (!added.ok()) return added;
  started_ = true;
  SetTimer(EventLoop::ReadClock() + options_.handshake_timeout);
  return absl::OkStatus();
}

void Link::CountInto(PeerStats* stats) {
  stats->bytes_in += own_stats_.bytes_in;
  stats->bytes_out += own_stats_.bytes_out;
  stats->last_heard = std::max(stats->last_heard, own_stats_.last_heard);
  stats_ = stats;
}

bool Link::Queue(absl::string_view message) {
  DISTDB_CHECK(is_up(), "messages are sent on a link that is up");
  const size_t queued = queued_bytes();
  if (queued > 0 && queued + message.size() > options_.queue_bytes_max) {
    return false;
  }
  if (batch_.size() + message.size() > kBatchBytes) CloseBatch();
  batch_.append(message.data(), message.size());
  return true;
}

void Link::QueueRecords(const AddressRecords& records) {
  DISTDB_CHECK(state_ >= State::kIntroducing, "hands are shaken first");
  if (records.records.empty() || queued_bytes() >= options_.queue_bytes_max) {
    return;
  }
  QueueFrame(records);
}

void Link::Flush() {
  CloseBatch();
  if (socket_is_full_ || state_ < State::kShakingHands || !write_error_.ok()) {
    return;
  }
  write_error_ = WriteQueued();
  if (write_error_.ok()) {
    UpdateInterest();
  } else {
    // The owner is told from within the loop.
    SetTimer(Time(0));
  }
}

void Link::OnReady(Interest ready) {
  const std::optional<Failure> failure = HandleReady(ready);
  if (failure.has_value()) {
    owner_->OnBroken(this, *failure);
  } else {
    UpdateInterest();
  }
}

std::optional<Link::Failure> Link::HandleReady(Interest ready) {
  if (state_ == State::kConnecting) {
    const absl::Status connected = ConnectResult(stream_->socket());
    if (!connected.ok()) {
      return Failure{LinkProblem::kUnreachable,
                     std::string(connected.message())};
    }
    state_ = State::kSecuring;
  }
  if (state_ == State::kSecuring) {
    std::optional<Failure> failure = Secure();
    if (failure.has_value() || state_ == State::kSecuring) return failure;
    // What came with the last of it lies in the stream.
    ready.read = true;
  }
  if (ready.write && socket_is_full_) {
    const absl::Status written = WriteQueued();
    if (!written.ok()) return FailureOf(written);
  }
  const bool read = ready.read || stream_->wants_write();
  return read ? ReadFrames() : std::nullopt;
}

std::optional<Link::Failure> Link::Secure() {
  const absl::StatusOr<bool> established = stream_->Establish();
  if (!established.ok()) return FailureOf(established.status());
  if (!*established) return std::nullopt;
  state_ = State::kShakingHands;
  QueueFrame(ours_);
  // Before theirs is read: where it is refused, they are to know why.
  const absl::Status written = WriteQueued();
  if (!written.ok()) return FailureOf(written);
  return std::nullopt;
}

std::optional<Link::Failure> Link::ReadFrames() {
  char buffer[kReadBytes];
  for (size_t total = 0; total < kReadBytesPerTurn;) {
    const absl::StatusOr<Transfer> read = stream_->Read(buffer, kReadBytes);
    if (!read.ok()) return FailureOf(read.status());
    if (read->closed) return Closed("the other side closed it");
    if (read->bytes == 0) return std::nullopt;
    total += read->bytes;
    stats_->bytes_in += read->bytes;
    last_heard_ = loop_->now();
    stats_->last_heard = last_heard_;
    reader_.Append(absl::string_view(buffer, read->bytes));
    std::optional<Failure> failure = DrainReader();
    if (failure.has_value()) return failure;
    if (read->bytes < kReadBytes && !stream_->has_buffered()) {
      return std::nullopt;
    }
  }
  if (stream_->has_buffered()) {
    loop_->Cancel(read_again_);
    read_again_ = loop_->AddTimer(Time(0), [this] { OnReady({.read = true}); });
  }
  return std::nullopt;
}

std::optional<Link::Failure> Link::DrainReader() {
  while (true) {
    const absl::StatusOr<std::optional<absl::string_view>> bytes =
        reader_.Next();
    if (!bytes.ok()) return Malformed(bytes.status().message());
    if (!bytes->has_value()) {
      if (reader_.buffered_bytes() == 0) {
        frame_began_ = kNever;
      } else if (frame_began_ == kNever) {
        frame_began_ = loop_->now();
      }
      return std::nullopt;
    }
    frame_began_ = kNever;
    absl::StatusOr<Frame> frame = DecodeFrame(**bytes);
    if (!frame.ok()) return Malformed(frame.status().message());
    std::optional<Failure> failure = HandleFrame(*std::move(frame));
    if (failure.has_value()) return failure;
  }
}

std::optional<Link::Failure> Link::HandleFrame(Frame frame) {
  const auto* handshake = std::get_if<Handshake>(&frame);
  if (state_ == State::kShakingHands) {
    if (handshake != nullptr) return HandleHandshake(*handshake);
    return Malformed("the first frame is no handshake");
  }
  if (handshake != nullptr) return Malformed("a second handshake");

  if (auto* records = std::get_if<AddressRecords>(&frame)) {
    if (owner_->OnRecords(this, std::move(*records))) return std::nullopt;
    return Closed("the introduction is done");
  }
  if (state_ == State::kIntroducing) {
    return Malformed("an introduction that brings no address records");
  }
  if (auto* batch = std::get_if<MessageBatch>(&frame)) {
    stats_->messages_in += batch->messages.size();
    owner_->OnMessages(this, std::move(*batch));
  } else if (const auto* ping = std::get_if<Ping>(&frame)) {
    // A peer that asks and does not read the answers goes without.
    if (queued_bytes() < options_.queue_bytes_max) {
      QueueFrame(Pong{ping->nonce});
    }
  } else if (const auto* pong = std::get_if<Pong>(&frame)) {
    if (pong->nonce == ping_nonce_ && ping_sent_ != kNever) {
      stats_->round_trip = EventLoop::ReadClock() - ping_sent_;
      ping_sent_ = kNever;
    }
  }
  return std::nullopt;
}

std::optional<Link::Failure> Link::HandleHandshake(const Handshake& theirs) {
  const bool introduces = ours_.introduction || theirs.introduction;
  // Before the owner hears of it, who may send at once.
  state_ = introduces ? State::kIntroducing : State::kUp;
  const absl::Status agreed = owner_->OnHandshake(this, theirs);
  if (!agreed.ok()) {
    return Failure{LinkProblem::kRefused, std::string(agreed.message())};
  }
  if (introduces) {
    reader_.set_frame_bytes_max(kRecordsFrameBytesMax);
    return std::nullopt;
  }
  reader_.set_frame_bytes_max(kFrameBytesMax);
  SetTimer(loop_->now() + options_.ping_interval);
  return std::nullopt;
}

std::optional<Link::Failure> Link::HandleTimer() {
  if (!write_error_.ok()) return FailureOf(write_error_);
  const auto timed_out = [](absl::string_view what) {
    return Failure{LinkProblem::kTimedOut, std::string(what)};
  };
  if (state_ == State::kConnecting) return timed_out("no connection in time");
  if (state_ == State::kIntroducing) return timed_out("no records in time");
  if (state_ != State::kUp) return timed_out("no handshake in time");
  const Time now = loop_->now();
  if (now - last_heard_ >= options_.idle_timeout) {
    return timed_out("nothing heard for too long");
  }
  if (frame_began_ != kNever && now - frame_began_ >= options_.frame_timeout) {
    return timed_out("a frame does not come to its end");
  }
  if (ping_sent_ == kNever && queued_bytes() < options_.queue_bytes_max) {
    ping_sent_ = EventLoop::ReadClock();
    QueueFrame(Ping{++ping_nonce_});
  }
  SetTimer(now + options_.ping_interval);
  return std::nullopt;
}

void Link::QueueFrame(const Frame& frame) {
  CloseBatch();
  AppendFramed(EncodeFrame(frame), queue_.tail());
}

void Link::CloseBatch() {
  if (batch_.empty()) return;
  AppendFramed(batch_, queue_.tail());
  batch_.clear();
}

absl::Status Link::WriteQueued() {
  size_t total = 0;
  socket_is_full_ = false;
  while (!queue_.empty() && !socket_is_full_) {
    const absl::string_view bytes =
        queue_.bytes().substr(0, kWriteBytesPerTurn - total);
    const absl::StatusOr<Transfer> written = stream_->Write(bytes);
    if (!written.ok()) return written.status();
    queue_.Consume(written->bytes);
    stats_->bytes_out += written->bytes;
    total += written->bytes;
    // Full, or had its share: the rest follows in the next turn.
    socket_is_full_ =
        written->bytes < bytes.size() || total == kWriteBytesPerTurn;
  }
  if (queue_.empty()) socket_is_full_ = false;
  return absl::OkStatus();
}

void Link::UpdateInterest() {
  loop_->Modify(
      stream_->socket().get(),
      {.read = true, .write = socket_is_full_ || stream_->wants_write()});
}

void Link::SetTimer(Time deadline) {
  loop_->Cancel(timer_);
  timer_ = loop_->AddTimer(deadline, [this] {
    const std::optional<Failure> failure = HandleTimer();
    if (failure.has_value()) owner_->OnBroken(this, *failure);
  });
}

}  // namespace distdb
