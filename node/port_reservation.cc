#include "node/port_reservation.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "net/unique_fd.h"

namespace distdb {

absl::StatusOr<PortReservation> PortReservation::Reserve(uint16_t port) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) {
    return absl::UnavailableError(
        absl::StrCat("cannot open a socket: ", std::strerror(errno)));
  }
  const int yes = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd.get(), any, size) != 0) {
    const absl::StatusCode code = errno == EADDRINUSE
                                      ? absl::StatusCode::kAlreadyExists
                                      : absl::StatusCode::kUnavailable;
    return absl::Status(
        code, absl::StrCat("port ", port, ": ", std::strerror(errno)));
  }
  if (getsockname(fd.get(), any, &size) != 0) {
    return absl::UnavailableError(
        absl::StrCat("port ", port, ": ", std::strerror(errno)));
  }
  return PortReservation(std::move(fd), ntohs(address.sin_port));
}

}  // namespace distdb
