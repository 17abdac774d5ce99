// From a request's arguments to the operation that answers it.
//
// server.h lists the commands. A request that is wrong becomes an operation
// that answers with an error, and touches nothing.

#ifndef DISTDB_NET_RESP_COMMANDS_H_
#define DISTDB_NET_RESP_COMMANDS_H_

#include "net/resp/command_context.h"
#include "net/resp/operation.h"

namespace distdb {

// Requires at least one argument, the command's name.
OperationPtr ParseCommand(CommandArguments arguments,
                          const CommandContext& context);

}  // namespace distdb

#endif  // DISTDB_NET_RESP_COMMANDS_H_
