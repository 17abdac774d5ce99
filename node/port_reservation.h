// PortReservation: keeps a TCP port of 127.0.0.1 for a process that is started
// later, and started again.
//
// It holds a socket that is bound to the port and does not listen. With
// SO_REUSEADDR on both, the process may bind and listen there, while nobody is
// given the port by chance: neither another bind to port 0 nor an outgoing
// connection.

#ifndef DISTDB_NODE_PORT_RESERVATION_H_
#define DISTDB_NODE_PORT_RESERVATION_H_

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "net/unique_fd.h"

namespace distdb {

class PortReservation {
 public:
  // Port 0: one that the system chooses. AlreadyExists when somebody listens
  // there.
  static absl::StatusOr<PortReservation> Reserve(uint16_t port);

  uint16_t port() const { return port_; }

 private:
  PortReservation(UniqueFd socket, uint16_t port)
      : socket_(std::move(socket)), port_(port) {}

  UniqueFd socket_;
  uint16_t port_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_PORT_RESERVATION_H_
