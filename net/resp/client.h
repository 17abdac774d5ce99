// RespClient: a blocking RESP2 client for command-line tools.
//
//   auto client = RespClient::Connect(endpoint, 2 * kSecond);
//   auto answer = client->Call({"DISTDB.GET", key}, 10 * kSecond);
//
// Not for the event loop. Not thread-safe.

#ifndef DISTDB_NET_RESP_CLIENT_H_
#define DISTDB_NET_RESP_CLIENT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/resp/reply_parser.h"
#include "net/socket.h"
#include "net/unique_fd.h"

namespace distdb {

class RespClient {
 public:
  // Unavailable, naming the address and the mend, when nobody listens there;
  // DeadlineExceeded after `timeout`.
  static absl::StatusOr<RespClient> Connect(const Endpoint& endpoint,
                                            Duration timeout);

  // Sends one command and reads its reply. An error reply is a value of type
  // kError, not a Status. After an error Status the connection is unusable:
  // Unavailable (it broke), DeadlineExceeded, or DataLoss (not RESP).
  absl::StatusOr<RespValue> Call(const std::vector<std::string>& arguments,
                                 Duration timeout);

 private:
  RespClient(UniqueFd socket, Endpoint endpoint)
      : socket_(std::move(socket)), endpoint_(std::move(endpoint)) {}

  absl::Status WriteAll(absl::string_view bytes, Time deadline);
  absl::Status ReadMore(Time deadline);

  UniqueFd socket_;
  Endpoint endpoint_;
  std::string buffer_;  // Read and not yet used.
};

}  // namespace distdb

#endif  // DISTDB_NET_RESP_CLIENT_H_
