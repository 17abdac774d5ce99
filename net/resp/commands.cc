#include "net/resp/commands.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "net/resp/admin_commands.h"
#include "net/resp/answers.h"
#include "net/resp/command_context.h"
#include "net/resp/key_commands.h"
#include "net/resp/operation.h"
#include "net/resp/reply_writer.h"

namespace distdb {
namespace {

// What other servers of this protocol have and a store without a total order
// cannot: each would need to know that no other write comes between its reading
// and its writing, or that all replicas act at the same moment.
constexpr absl::string_view kNeedsOrder[] = {
    "append", "decr",     "decrby",   "discard",    "eval",      "evalsha",
    "exec",   "expire",   "expireat", "expiretime", "flushall",  "flushdb",
    "getdel", "getex",    "getset",   "incr",       "incrby",    "incrbyfloat",
    "msetnx", "multi",    "persist",  "pexpire",    "pexpireat", "psetex",
    "rename", "renamenx", "setex",    "setnx",      "setrange",  "unwatch",
    "watch"};

constexpr size_t kAny = std::numeric_limits<size_t>::max();

struct CommandEntry {
  absl::string_view name;
  // With the name.
  size_t arguments_min;
  size_t arguments_max;
  OperationPtr (*parse)(CommandArguments& arguments,
                        const CommandContext& context);
};

OperationPtr ParseCommandCommand(CommandArguments& arguments,
                                 const CommandContext& context);

constexpr CommandEntry kCommands[] = {
    {"client", 2, kAny, ParseClient},
    {"command", 1, kAny, ParseCommandCommand},
    {"config", 2, kAny, ParseConfig},
    {"dbsize", 1, 1, ParseDbSize},
    {"del", 2, kAny, ParseDel},
    {"distdb.backup", 2, 2, ParseBackup},
    {"distdb.delete", 2, kAny, ParseDelete},
    {"distdb.get", 2, 4, ParseGetAtLeast},
    {"distdb.list", 4, 6, ParseList},
    {"distdb.nodes", 1, 1, ParseNodes},
    {"distdb.put", 3, 3, ParsePut},
    {"distdb.status", 1, 1, ParseStatus},
    {"echo", 2, 2, ParseEcho},
    {"exists", 2, kAny, ParseExists},
    {"get", 2, 2, ParseGet},
    {"info", 1, 2, ParseInfo},
    {"keys", 2, 2, ParseKeys},
    {"mget", 2, kAny, ParseMGet},
    {"mset", 3, kAny, ParseMSet},
    {"ping", 1, 2, ParsePing},
    {"quit", 1, kAny, ParseQuit},
    {"scan", 2, kAny, ParseScan},
    {"select", 2, 2, ParseSelect},
    {"set", 3, kAny, ParseSet},
};

// COMMAND COUNT is answered; lists and documentation are empty, and clients do
// without.
OperationPtr ParseCommandCommand(CommandArguments& arguments,
                                 const CommandContext& /*context*/) {
  if (arguments.size() == 2 && absl::EqualsIgnoreCase(arguments[1], "count")) {
    return MakeInteger(std::size(kCommands));
  }
  std::string reply;
  AppendArrayHeader(0, reply);
  return MakeAnswer(std::move(reply));
}

}  // namespace

OperationPtr ParseCommand(CommandArguments arguments,
                          const CommandContext& context) {
  const std::string name = absl::AsciiStrToLower(arguments[0]);
  const auto* entry = std::lower_bound(
      std::begin(kCommands), std::end(kCommands), name,
      [](const CommandEntry& a, absl::string_view b) { return a.name < b; });
  if (entry != std::end(kCommands) && entry->name == name) {
    if (arguments.size() < entry->arguments_min ||
        arguments.size() > entry->arguments_max) {
      return MakeError(absl::StrCat("ERR wrong number of arguments for '", name,
                                    "' command"));
    }
    return entry->parse(arguments, context);
  }
  if (std::find(std::begin(kNeedsOrder), std::end(kNeedsOrder), name) !=
      std::end(kNeedsOrder))
    return MakeNeedsOrder(absl::AsciiStrToUpper(name));
  OperationPtr unknown =
      MakeError(absl::StrCat("ERR unknown command ", Quote(arguments[0])));
  // A browser that was led here: what follows is not meant as commands.
  if (name == "post" || name == "host:") unknown->set_closes();
  return unknown;
}

}  // namespace distdb
