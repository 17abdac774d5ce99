// RespClient: a blocking RESP2 client for command-line tools.
//
//   auto client = RespClient::Connect(endpoint, 2 * kSecond);
//   auto answer = client->Call({"DISTDB.GET", key}, 10 * kSecond);
//
// Not for the event loop. Not thread-safe.

#ifndef DISTDB_NET_RESP_CLIENT_H_
#define DISTDB_NET_RESP_CLIENT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/types.h"
#include "net/socket.h"
#include "net/unique_fd.h"

namespace distdb {

enum class RespType : uint8_t {
  kSimple,
  kError,
  kInteger,
  kBulk,
  kNil,
  kArray
};

struct RespValue {
  RespType type = RespType::kNil;
  std::string text;     // kSimple, kError (with its first word), kBulk.
  int64_t integer = 0;  // kInteger.
  std::vector<RespValue> elements;  // kArray.

  friend bool operator==(const RespValue&, const RespValue&) = default;
};

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

  UniqueFd socket_;
  Endpoint endpoint_;
  std::string buffer_;  // Read and not yet used.
};

}  // namespace distdb

#endif  // DISTDB_NET_RESP_CLIENT_H_
