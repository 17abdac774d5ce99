// CommandContext: what the commands of a connection refer to.

#ifndef DISTDB_NET_RESP_COMMAND_CONTEXT_H_
#define DISTDB_NET_RESP_COMMAND_CONTEXT_H_

#include <string>
#include <vector>

#include "core/types.h"
#include "net/resp/backend.h"
#include "net/resp/scan_cursors.h"

namespace distdb {

// Not owned; outlives the operations.
struct CommandContext {
  Backend* backend = nullptr;
  ScanCursors* cursors = nullptr;
  ClientId client;
};

using CommandArguments = std::vector<std::string>;

}  // namespace distdb

#endif  // DISTDB_NET_RESP_COMMAND_CONTEXT_H_
