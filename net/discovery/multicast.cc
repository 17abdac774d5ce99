#include "net/discovery/multicast.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/socket.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

// A record is smaller; what is larger is no record.
constexpr size_t kDatagramBytes = 2048;
constexpr Duration kTokenInterval = kSecond / kDatagramsPerSecond;

sockaddr_in AddressOf(const Endpoint& endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr);
  return address;
}

absl::Status SystemError(absl::string_view what, int error) {
  return absl::ErrnoToStatus(error,
                             absl::StrCat(what, ": ", std::strerror(error)));
}

template <typename Value>
bool SetOption(const UniqueFd& socket, int level, int option,
               const Value& value) {
  return setsockopt(socket.get(), level, option, &value, sizeof(value)) == 0;
}

}  // namespace

bool IsMulticast(const std::string& host) {
  in_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1 &&
         IN_MULTICAST(ntohl(address.s_addr));
}

absl::StatusOr<std::unique_ptr<Multicast>> Multicast::Create(
    const Endpoint& group, const std::vector<std::string>& interfaces,
    EventLoop* loop, Callback callback) {
  UniqueFd socket(
      ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return SystemError("cannot multicast", errno);
  // Several nodes of one machine share the port.
  const sockaddr_in address = AddressOf(group);
  SetOption(socket, SOL_SOCKET, SO_REUSEADDR, int{1});
  SetOption(socket, IPPROTO_IP, IP_MULTICAST_ALL, int{0});
  SetOption(socket, IPPROTO_IP, IP_MULTICAST_TTL, int{1});
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address),
           sizeof(address)) != 0) {
    return SystemError(absl::StrCat("cannot use ", ToString(group)), errno);
  }
  std::unique_ptr<Multicast> multicast(
      new Multicast(std::move(socket), group, loop, std::move(callback)));
  absl::Status joined = absl::UnavailableError("there is no such interface");
  for (const std::string& interface : interfaces) {
    joined = multicast->Join(interface);
  }
  if (multicast->interfaces_.empty()) {
    return absl::Status(
        joined.code(),
        absl::StrCat("cannot join ", ToString(group), " on ",
                     interfaces.empty() ? "any interface"
                                        : absl::StrJoin(interfaces, ", "),
                     ": ", joined.message()));
  }
  absl::Status added =
      loop->Add(multicast->socket_.get(), {.read = true}, multicast.get());
  if (!added.ok()) return added;
  multicast->is_waiting_ = true;
  return multicast;
}

Multicast::Multicast(UniqueFd socket, const Endpoint& group, EventLoop* loop,
                     Callback callback)
    : socket_(std::move(socket)),
      group_(group),
      loop_(loop),
      callback_(std::move(callback)),
      budget_(kDatagramsAtOnce, kTokenInterval) {}

Multicast::~Multicast() {
  loop_->Cancel(resume_);
  if (is_waiting_) loop_->Remove(socket_.get());
}

absl::Status Multicast::Join(const std::string& interface) {
  ip_mreqn request{};
  request.imr_multiaddr = AddressOf(group_).sin_addr;
  inet_pton(AF_INET, interface.c_str(), &request.imr_address);
  if (!SetOption(socket_, IPPROTO_IP, IP_ADD_MEMBERSHIP, request) &&
      errno != EADDRINUSE) {  // Joined already.
    return SystemError(interface, errno);
  }
  interfaces_.push_back(interface);
  return absl::OkStatus();
}

void Multicast::Send(absl::string_view datagram) {
  const sockaddr_in to = AddressOf(group_);
  for (const std::string& interface : interfaces_) {
    ip_mreqn from{};
    inet_pton(AF_INET, interface.c_str(), &from.imr_address);
    if (!SetOption(socket_, IPPROTO_IP, IP_MULTICAST_IF, from)) continue;
    [[maybe_unused]] const ssize_t sent =
        sendto(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&to), sizeof(to));
  }
}

void Multicast::OnReady(Interest) {
  while (budget_.Take(loop_->now())) {
    char bytes[kDatagramBytes];
    const ssize_t size = recv(socket_.get(), bytes, sizeof(bytes), MSG_TRUNC);
    if (size < 0) return;
    callback_(absl::string_view(
        bytes, std::min(static_cast<size_t>(size), sizeof(bytes))));
  }
  Pause();
}

void Multicast::Pause() {
  loop_->Modify(socket_.get(), {});
  resume_ = loop_->AddTimer(loop_->now() + kSecond / 10, [this] {
    loop_->Modify(socket_.get(), {.read = true});
  });
}

}  // namespace distdb
