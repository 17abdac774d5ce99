#include "net/resp/client.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/resp/reply_parser.h"
#include "net/resp/reply_writer.h"
#include "net/socket.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

constexpr size_t kReadBytes = 64 * 1024;

// Waits until `socket` is ready for `events`. False at `deadline`.
bool WaitFor(const UniqueFd& socket, short events, Time deadline) {
  while (true) {
    const Duration left = deadline - EventLoop::ReadClock();
    if (left <= 0) return false;
    pollfd fd{.fd = socket.get(), .events = events, .revents = 0};
    const int millis = static_cast<int>(
        std::min<Duration>(left / kMillisecond + 1, 1'000'000));
    if (poll(&fd, 1, millis) > 0) return true;
  }
}

absl::Status NobodyThere(const Endpoint& endpoint, const absl::Status& why) {
  return absl::UnavailableError(
      absl::StrCat("no node at ", ToString(endpoint), ": ", why.message(),
                   "; start one, or give its --addr"));
}

absl::Status TooLate(const Endpoint& endpoint, absl::string_view what) {
  return absl::DeadlineExceededError(
      absl::StrCat(ToString(endpoint), " ", what, " in time"));
}

absl::Status Broken(const Endpoint& endpoint, absl::string_view what) {
  return absl::UnavailableError(
      absl::StrCat("the connection to ", ToString(endpoint), ": ", what));
}

}  // namespace

absl::StatusOr<RespClient> RespClient::Connect(const Endpoint& endpoint,
                                               Duration timeout) {
  const Time deadline = EventLoop::ReadClock() + timeout;
  absl::StatusOr<UniqueFd> socket = StartConnect(endpoint);
  if (absl::IsInvalidArgument(socket.status())) return socket.status();
  if (!socket.ok()) return NobodyThere(endpoint, socket.status());
  if (!WaitFor(*socket, POLLOUT, deadline)) {
    return TooLate(endpoint, "did not accept a connection");
  }
  const absl::Status connected = ConnectResult(*socket);
  if (!connected.ok()) return NobodyThere(endpoint, connected);
  return RespClient(*std::move(socket), endpoint);
}

absl::StatusOr<RespValue> RespClient::Call(
    const std::vector<std::string>& arguments, Duration timeout) {
  const Time deadline = EventLoop::ReadClock() + timeout;
  std::string request;
  AppendArrayHeader(arguments.size(), request);
  for (const std::string& argument : arguments) AppendBulk(argument, request);
  const absl::Status written = WriteAll(request, deadline);
  if (!written.ok()) return written;
  while (true) {
    absl::string_view bytes = buffer_;
    absl::StatusOr<std::optional<RespValue>> reply = TakeReply(bytes);
    if (!reply.ok()) return reply.status();
    if (reply->has_value()) {
      buffer_.erase(0, buffer_.size() - bytes.size());
      return **std::move(reply);
    }
    const absl::Status read = ReadMore(deadline);
    if (!read.ok()) return read;
  }
}

absl::Status RespClient::WriteAll(absl::string_view bytes, Time deadline) {
  while (!bytes.empty()) {
    const absl::StatusOr<Transfer> written = WriteSome(socket_, bytes);
    if (!written.ok()) return Broken(endpoint_, written.status().message());
    bytes.remove_prefix(written->bytes);
    if (!bytes.empty() && !WaitFor(socket_, POLLOUT, deadline)) {
      return TooLate(endpoint_, "did not take the request");
    }
  }
  return absl::OkStatus();
}

// Reads all that has arrived: a large reply is not parsed once per packet.
absl::Status RespClient::ReadMore(Time deadline) {
  if (!WaitFor(socket_, POLLIN, deadline)) {
    return TooLate(endpoint_, "did not answer");
  }
  char buffer[kReadBytes];
  while (true) {
    const absl::StatusOr<Transfer> read =
        ReadSome(socket_, buffer, sizeof(buffer));
    if (!read.ok()) return Broken(endpoint_, read.status().message());
    if (read->closed) {
      return Broken(endpoint_, "it ended before the answer came");
    }
    if (read->bytes == 0) return absl::OkStatus();
    buffer_.append(buffer, read->bytes);
    if (read->bytes < sizeof(buffer)) return absl::OkStatus();
  }
}

}  // namespace distdb
