// From a request's arguments to the operation that answers it.
//
// server.h lists the commands. A request that is wrong becomes an operation
// that answers with an error, and touches nothing.

#ifndef DISTDB_NET_RESP_COMMANDS_H_
#define DISTDB_NET_RESP_COMMANDS_H_

#include <string>
#include <vector>

#include "core/types.h"
#include "net/resp/backend.h"
#include "net/resp/operation.h"
#include "net/resp/scan_cursors.h"

namespace distdb {

// What commands refer to; outlives the operations.
struct CommandContext {
  Backend* backend = nullptr;
  ScanCursors* cursors = nullptr;
  ClientId client;
};

// Requires at least one argument, the command's name.
OperationPtr ParseCommand(std::vector<std::string> arguments,
                          const CommandContext& context);

}  // namespace distdb

#endif  // DISTDB_NET_RESP_COMMANDS_H_
