#include "net/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace distdb {
namespace {

constexpr int kListenBacklog = 1024;

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

absl::StatusOr<AddressList> Resolve(const Endpoint& endpoint, int flags) {
  addrinfo hints{};
  hints.ai_flags = flags | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  // A name that stands for several addresses is taken as IPv4 where it can be.
  hints.ai_family = endpoint.host == "localhost" ? AF_INET : AF_UNSPEC;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(endpoint.host.c_str(), absl::StrCat(endpoint.port).c_str(),
                  &hints, &found);
  if (error != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("address ", ToString(endpoint), ": ", gai_strerror(error),
                     "; give an IP address"));
  }
  return AddressList(found, &freeaddrinfo);
}

void SetOption(int fd, int level, int option) {
  const int on = 1;
  setsockopt(fd, level, option, &on, sizeof(on));
}

absl::Status ListenError(const Endpoint& endpoint, int error) {
  const std::string address = absl::StrCat("address ", ToString(endpoint));
  if (error == EADDRINUSE) {
    return absl::AlreadyExistsError(
        absl::StrCat(address,
                     " is in use; stop the process that holds it, or choose "
                     "another port"));
  }
  if (error == EADDRNOTAVAIL) {
    return absl::InvalidArgumentError(
        absl::StrCat(address, " is not an address of this machine"));
  }
  return absl::ErrnoToStatus(error, absl::StrCat("cannot listen on ", address));
}

bool WouldBlock(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

absl::Status BrokenError(int error) {
  return absl::UnavailableError(std::strerror(error));
}

}  // namespace

bool IsIpAddress(const std::string& host) {
  in6_addr address;  // Has room for either.
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool IsLoopback(const std::string& host) {
  in_addr address;
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) {
    return ntohl(address.s_addr) >> 24 == 127;
  }
  return host == "localhost" || host == "::1";
}

absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text) {
  const size_t colon = text.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port < 0 ||
      port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat(
        "address \"", text, "\": give HOST:PORT, as in 127.0.0.1:7001"));
  }
  absl::string_view host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return Endpoint{std::string(host), static_cast<uint16_t>(port)};
}

absl::StatusOr<Endpoint> ParseIpEndpoint(absl::string_view text) {
  absl::StatusOr<Endpoint> endpoint = ParseEndpoint(text);
  if (endpoint.ok() && endpoint->port != 0 && IsIpAddress(endpoint->host)) {
    return endpoint;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", absl::CEscape(text),
                   "\" is no IP address with a port from 1 to 65535"));
}

std::string ToString(const Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrCat("[", endpoint.host, "]:", endpoint.port)
                 : absl::StrCat(endpoint.host, ":", endpoint.port);
}

absl::StatusOr<UniqueFd> Listen(const Endpoint& endpoint) {
  const absl::StatusOr<AddressList> addresses = Resolve(endpoint, AI_PASSIVE);
  if (!addresses.ok()) return addresses.status();
  const addrinfo& address = **addresses;
  UniqueFd fd(
      socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return ListenError(endpoint, errno);
  // A restarted node takes its port back from connections that linger.
  SetOption(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  if (bind(fd.get(), address.ai_addr, address.ai_addrlen) != 0 ||
      listen(fd.get(), kListenBacklog) != 0) {
    return ListenError(endpoint, errno);
  }
  return fd;
}

absl::StatusOr<uint16_t> LocalPort(const UniqueFd& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) !=
      0) {
    return absl::ErrnoToStatus(errno, "getsockname");
  }
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

absl::StatusOr<std::string> PeerHost(const UniqueFd& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (getpeername(socket.get(), any, &size) != 0) {
    return absl::ErrnoToStatus(errno, "getpeername");
  }
  char host[NI_MAXHOST];
  const int error =
      getnameinfo(any, size, host, sizeof(host), nullptr, 0, NI_NUMERICHOST);
  if (error != 0) return absl::UnavailableError(gai_strerror(error));
  return std::string(host);
}

absl::StatusOr<UniqueFd> Accept(const UniqueFd& listener) {
  UniqueFd fd(
      accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd.is_open()) {
    SetOption(fd.get(), IPPROTO_TCP, TCP_NODELAY);
    return fd;
  }
  switch (errno) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return absl::ErrnoToStatus(errno, "cannot accept a connection");
    default:
      // None waits, or one that waited has gone.
      return fd;
  }
}

absl::StatusOr<UniqueFd> StartConnect(const Endpoint& endpoint) {
  const absl::StatusOr<AddressList> addresses = Resolve(endpoint, 0);
  if (!addresses.ok()) return addresses.status();
  const addrinfo& address = **addresses;
  UniqueFd fd(
      socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, "socket");
  SetOption(fd.get(), IPPROTO_TCP, TCP_NODELAY);
  if (connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0 &&
      errno != EINPROGRESS) {
    return BrokenError(errno);
  }
  return fd;
}

absl::Status ConnectResult(const UniqueFd& socket) {
  int error = 0;
  socklen_t size = sizeof(error);
  if (getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
    error = errno;
  }
  return error == 0 ? absl::OkStatus() : BrokenError(error);
}

absl::StatusOr<Transfer> ReadSome(const UniqueFd& socket, char* to,
                                  size_t bytes_max) {
  const ssize_t count = recv(socket.get(), to, bytes_max, 0);
  if (count > 0) return Transfer{.bytes = static_cast<size_t>(count)};
  if (count == 0) return Transfer{.closed = true};
  if (WouldBlock(errno)) return Transfer{};
  return BrokenError(errno);
}

absl::StatusOr<Transfer> WriteSome(const UniqueFd& socket,
                                   absl::string_view bytes) {
  const ssize_t count =
      send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count >= 0) return Transfer{.bytes = static_cast<size_t>(count)};
  if (WouldBlock(errno)) return Transfer{};
  return BrokenError(errno);
}

}  // namespace distdb
