// Backend: what the RESP server asks of the node behind it.

#ifndef DISTDB_NET_RESP_BACKEND_H_
#define DISTDB_NET_RESP_BACKEND_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "core/command.h"
#include "core/types.h"

namespace distdb {

struct BackupPage {
  uint64_t session = 0;
  bool last = false;
  std::string bytes;
  // Where it is from.
  uint64_t cluster_id = 0;
  NodeId node;
};

class Backend {
 public:
  virtual ~Backend() = default;

  // Starts `command`. Exactly one Reply with the same (client, request) must be
  // given to RespServer::OnReply, at any later time but not before this call
  // returns. Called from within the loop's RunOnce only, never from OnReply or
  // Flush: what a reply makes possible (the next page of KEYS, a read that
  // waited for a write) follows in the next turn.
  //
  // Requests of one client are started in the order in which they must appear
  // to be done; those in flight together are all writes or all reads.
  virtual void Execute(ClientId client, RequestId request, Command command) = 0;

  // Live keys at this node.
  virtual size_t KeyCount() const = 0;

  // Lines for people and scripts, each ended by '\n'. INFO's are `name:value`
  // and `# Section`; `section` is empty for all, else in lower case.
  virtual std::string Info(const std::string& section) const = 0;
  // DISTDB.NODES: one line per node.
  virtual std::string Nodes() const = 0;
  // DISTDB.STATUS.
  virtual std::string Status() const = 0;

  // DISTDB.BACKUP: the next page of a backup of everything that this node
  // holds; 0 begins one, which takes the place of one that is under way.
  // NotFound for a session that is not, or no longer, under way.
  virtual absl::StatusOr<BackupPage> Backup(uint64_t session) = 0;
};

}  // namespace distdb

#endif  // DISTDB_NET_RESP_BACKEND_H_
