#include "net/resp/session.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/command.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/resp/backend.h"
#include "net/resp/commands.h"
#include "net/resp/operation.h"
#include "net/resp/request_parser.h"
#include "net/socket.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

// What one client may send or be sent in one turn.
constexpr size_t kReadBytes = 64 * 1024;
constexpr size_t kWriteBytesPerTurn = 256 * 1024;

// A RequestId is the operation's serial and the part within it.
constexpr int kPartBits = 21;
static_assert(kArgumentsMax < (size_t{1} << kPartBits));

}  // namespace

Session::Session(UniqueFd socket, const CommandContext& context,
                 EventLoop* loop, Owner* owner)
    : socket_(std::move(socket)),
      context_(context),
      loop_(loop),
      owner_(owner) {}

Session::~Session() {
  if (!started_) return;
  loop_->Cancel(pump_timer_);
  loop_->Remove(socket_.get());
  // What is left unread would make the system reset the connection, and the
  // client might not see the last reply.
  char rest[kReadBytes];
  if (!broken_) ReadSome(socket_, rest, kReadBytes).IgnoreError();
}

absl::Status Session::Start() {
  const absl::Status added = loop_->Add(socket_.get(), {.read = true}, this);
  started_ = added.ok();
  return added;
}

bool Session::finished() const {
  return broken_ || (!parsing_ && operations_.empty() && output_.empty());
}

void Session::HandleReply(Reply reply) {
  const uint64_t serial = reply.request.value() >> kPartBits;
  const auto part = static_cast<uint32_t>(reply.request.value() &
                                          ((uint64_t{1} << kPartBits) - 1));
  DISTDB_CHECK(serial >= first_serial_ && serial < next_to_start_,
               "a reply answers a request, once");
  Operation& operation = *operations_[serial - first_serial_];
  DISTDB_CHECK(!operation.done(), "a reply answers a request, once");
  requests_.clear();
  operation.HandleReply(part, std::move(reply), requests_);
  for (PartRequest& request : requests_) {
    follow_ups_.emplace_back(serial, std::move(request));
  }
  if (operation.done()) CountDone(operation);
  FinishOperations();
  if (CanGoOn()) PumpLater();
  UpdateInterest();
}

void Session::OnReady(Interest ready) {
  if (ready.write && socket_is_full_) {
    socket_is_full_ = false;
    Flush();
  }
  if (ready.read && !broken_) Read();
  if (!broken_) {
    Pump();
    UpdateInterest();
  }
  owner_->OnActivity(this);
}

void Session::Read() {
  if (!parsing_ || input_ended_) {
    // Nothing is waited for, so this is a connection that both sides have
    // ended, or that the network has.
    broken_ = true;
    return;
  }
  char buffer[kReadBytes];
  const absl::StatusOr<Transfer> read = ReadSome(socket_, buffer, kReadBytes);
  if (!read.ok()) {
    broken_ = true;
    return;
  }
  parser_.Append(absl::string_view(buffer, read->bytes));
  // A client may send its last request, end its side, and read the answers.
  input_ended_ = read->closed;
}

void Session::Pump() {
  for (auto& [serial, request] : std::exchange(follow_ups_, {})) {
    Execute(serial, std::move(request));
  }
  while (true) {
    const uint64_t before = commands_ + first_serial_ + next_to_start_;
    ParseRequests();
    StartOperations();
    FinishOperations();
    if (commands_ + first_serial_ + next_to_start_ == before) return;
  }
}

void Session::ParseRequests() {
  while (parsing_ && HasRoom()) {
    absl::StatusOr<std::optional<RequestParser::Arguments>> arguments =
        parser_.Next();
    if (!arguments.ok()) {
      ++protocol_errors_;
      operations_.push_back(
          MakeError(absl::StrCat("ERR ", arguments.status().message())));
      parsing_ = false;
      return;
    }
    if (!arguments->has_value()) {
      parsing_ = !input_ended_;
      return;
    }
    ++commands_;
    operations_.push_back(ParseCommand(**std::move(arguments), context_));
    parsing_ = !operations_.back()->closes();
  }
}

bool Session::MayStart(Access access) const {
  if (access == Access::kNone) return true;
  if (access != Access::kWrite && output_.size() >= kOutputPauseBytes) {
    return false;
  }
  if (in_flight_ == 0) return true;
  return access == in_flight_access_ && access != Access::kReadAlone &&
         (access == Access::kWrite || in_flight_ < ReadsInFlightMax());
}

size_t Session::ReadsInFlightMax() const {
  const size_t room = kOutputPauseBytes - output_.size();
  return std::clamp(room / read_bytes_, size_t{1}, kReadsInFlightMax);
}

void Session::StartOperations() {
  while (next_to_start_ < first_serial_ + operations_.size()) {
    const uint64_t serial = next_to_start_;
    Operation& operation = *operations_[serial - first_serial_];
    if (!MayStart(operation.access())) return;
    ++next_to_start_;
    if (operation.access() != Access::kNone) {
      in_flight_access_ = operation.access();
      ++in_flight_;
    }
    requests_.clear();
    operation.Start(requests_);
    if (operation.done()) CountDone(operation);
    for (PartRequest& request : requests_) Execute(serial, std::move(request));
  }
}

void Session::CountDone(const Operation& operation) {
  if (operation.access() != Access::kNone) --in_flight_;
}

void Session::Execute(uint64_t serial, PartRequest request) {
  context_.backend->Execute(id(),
                            RequestId((serial << kPartBits) | request.part),
                            std::move(request.command));
}

void Session::FinishOperations() {
  while (first_serial_ < next_to_start_ && operations_.front()->done()) {
    if (output_.empty()) stalled_since_ = loop_->now();
    const std::string& reply = operations_.front()->reply();
    if (operations_.front()->access() == Access::kRead) {
      // Down in steps, so that one small value among large ones changes little.
      constexpr size_t kStep = 4;
      read_bytes_ = std::max({reply.size(), read_bytes_ / kStep, size_t{1}});
    }
    output_.Append(reply);
    operations_.pop_front();
    ++first_serial_;
  }
}

void Session::Flush() {
  const bool had_room = HasRoom();
  size_t total = 0;
  while (!output_.empty() && !socket_is_full_ && !broken_) {
    const absl::string_view bytes =
        output_.bytes().substr(0, kWriteBytesPerTurn - total);
    const absl::StatusOr<Transfer> written = WriteSome(socket_, bytes);
    if (!written.ok()) {
      broken_ = true;
      return;
    }
    output_.Consume(written->bytes);
    total += written->bytes;
    if (written->bytes > 0) stalled_since_ = loop_->now();
    // Full, or had its share: the rest follows in the next turn.
    socket_is_full_ =
        written->bytes < bytes.size() || total == kWriteBytesPerTurn;
  }
  if (output_.empty()) {
    socket_is_full_ = false;
    stalled_since_ = kNever;
  }
  if (!had_room && HasRoom()) PumpLater();
  UpdateInterest();
}

// Whether Pump would find something to do.
bool Session::CanGoOn() const {
  if (!follow_ups_.empty()) return true;
  const uint64_t end = first_serial_ + operations_.size();
  if (next_to_start_ < end) {
    return MayStart(operations_[next_to_start_ - first_serial_]->access());
  }
  return parsing_ && HasRoom() &&
         (parser_.buffered_bytes() > 0 || input_ended_);
}

bool Session::HasRoom() const {
  return operations_.size() < kPipelineMax &&
         output_.size() < kOutputPauseBytes;
}

void Session::UpdateInterest() {
  loop_->Modify(socket_.get(), {.read = parsing_ && !input_ended_ && HasRoom(),
                                .write = socket_is_full_});
}

void Session::PumpLater() {
  if (pump_timer_ != TimerId()) return;
  pump_timer_ = loop_->AddTimer(Time(0), [this] {
    pump_timer_ = TimerId();
    Pump();
    UpdateInterest();
    owner_->OnActivity(this);
  });
}

}  // namespace distdb
