// The commands that are about keys.
//
// Each takes the arguments, the command's name first, of which there are as
// many as the table in commands.cc says, and may move from them.

#ifndef DISTDB_NET_RESP_KEY_COMMANDS_H_
#define DISTDB_NET_RESP_KEY_COMMANDS_H_

#include "net/resp/command_context.h"
#include "net/resp/operation.h"

namespace distdb {

OperationPtr ParseSet(CommandArguments& arguments,
                      const CommandContext& context);
OperationPtr ParseMSet(CommandArguments& arguments,
                       const CommandContext& context);
OperationPtr ParseDel(CommandArguments& arguments,
                      const CommandContext& context);
OperationPtr ParsePut(CommandArguments& arguments,
                      const CommandContext& context);
OperationPtr ParseDelete(CommandArguments& arguments,
                         const CommandContext& context);
OperationPtr ParseGet(CommandArguments& arguments,
                      const CommandContext& context);
OperationPtr ParseGetAtLeast(CommandArguments& arguments,
                             const CommandContext& context);
OperationPtr ParseMGet(CommandArguments& arguments,
                       const CommandContext& context);
OperationPtr ParseExists(CommandArguments& arguments,
                         const CommandContext& context);
OperationPtr ParseKeys(CommandArguments& arguments,
                       const CommandContext& context);
OperationPtr ParseList(CommandArguments& arguments,
                       const CommandContext& context);
OperationPtr ParseScan(CommandArguments& arguments,
                       const CommandContext& context);

}  // namespace distdb

#endif  // DISTDB_NET_RESP_KEY_COMMANDS_H_
