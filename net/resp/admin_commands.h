// The commands that are about the connection and the server.
//
// Each takes the arguments, the command's name first, of which there are as
// many as the table in commands.cc says, and may move from them.

#ifndef DISTDB_NET_RESP_ADMIN_COMMANDS_H_
#define DISTDB_NET_RESP_ADMIN_COMMANDS_H_

#include "net/resp/command_context.h"
#include "net/resp/operation.h"

namespace distdb {

OperationPtr ParsePing(CommandArguments& arguments,
                       const CommandContext& context);
OperationPtr ParseEcho(CommandArguments& arguments,
                       const CommandContext& context);
OperationPtr ParseSelect(CommandArguments& arguments,
                         const CommandContext& context);
OperationPtr ParseQuit(CommandArguments& arguments,
                       const CommandContext& context);
OperationPtr ParseClient(CommandArguments& arguments,
                         const CommandContext& context);
OperationPtr ParseConfig(CommandArguments& arguments,
                         const CommandContext& context);
OperationPtr ParseDbSize(CommandArguments& arguments,
                         const CommandContext& context);
OperationPtr ParseInfo(CommandArguments& arguments,
                       const CommandContext& context);
OperationPtr ParseNodes(CommandArguments& arguments,
                        const CommandContext& context);
OperationPtr ParseBackup(CommandArguments& arguments,
                         const CommandContext& context);
OperationPtr ParseStatus(CommandArguments& arguments,
                         const CommandContext& context);

}  // namespace distdb

#endif  // DISTDB_NET_RESP_ADMIN_COMMANDS_H_
