// DatabaseClient: asks one node, as the command line does. Blocking.
//
// Errors: Unavailable (nobody there, or the connection broke), DeadlineExceeded
// (no answer in time; a write may still take effect), or what the node said.
//
// Not thread-safe.

#ifndef DISTDB_NODE_DATABASE_CLIENT_H_
#define DISTDB_NODE_DATABASE_CLIENT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/command.h"
#include "core/types.h"
#include "net/resp/client.h"
#include "net/socket.h"

namespace distdb {

class DatabaseClient {
 public:
  static absl::StatusOr<DatabaseClient> Connect(const Endpoint& endpoint);

  // The token of the write.
  absl::StatusOr<std::string> Put(const std::string& key,
                                  const std::string& value);

  struct Deleted {
    std::string token;
    bool existed = false;
  };
  absl::StatusOr<Deleted> Delete(const std::string& key);

  // In both, the node waits until it has what the token `at_least` names; empty
  // is nothing. Get: nothing where the key has no value. List: all keys with
  // the prefix, page after page.
  absl::StatusOr<absl::optional<std::string>> Get(const std::string& key,
                                                  const std::string& at_least);
  absl::StatusOr<std::vector<KeyValue>> List(const std::string& prefix,
                                             const std::string& at_least);

  // The next page of a backup; with session 0 the first of a new one.
  struct BackupPage {
    uint64_t session = 0;
    bool last = false;
    std::string bytes;
    uint64_t cluster_id = 0;
    uint32_t node = 0;  // From 1.
  };
  absl::StatusOr<BackupPage> Backup(uint64_t session);

  // Writes all of them together. Requires puts only, or deletes only.
  absl::Status Write(std::vector<Mutation> mutations);

  absl::StatusOr<int64_t> KeyCount();

  // Lines for people, each ended by '\n'.
  absl::StatusOr<std::string> Nodes();
  absl::StatusOr<std::string> Status();

 private:
  explicit DatabaseClient(RespClient client) : client_(std::move(client)) {}

  absl::StatusOr<RespValue> Call(std::vector<std::string> words);
  // Appends one page; says whether there are more keys after it.
  absl::StatusOr<bool> ListPage(const std::string& prefix,
                                const std::string& at_least,
                                std::vector<KeyValue>& entries);

  RespClient client_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_DATABASE_CLIENT_H_
