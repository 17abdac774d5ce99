#include "net/resp/commands.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/types.h"
#include "net/resp/backend.h"
#include "net/resp/glob.h"
#include "net/resp/operation.h"
#include "net/resp/reply_writer.h"
#include "net/resp/token.h"

namespace distdb {
namespace {

using Arguments = std::vector<std::string>;
using Context = CommandContext;

constexpr uint32_t kScanCountDefault = 10;

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
constexpr absl::string_view kSetOptions[] = {"nx", "xx",   "get",  "ex",
                                             "px", "exat", "pxat", "keepttl"};

template <typename Table>
bool Contains(const Table& table, absl::string_view word) {
  return std::find(std::begin(table), std::end(table), word) != std::end(table);
}

// A piece of what a client sent, fit for an error line.
std::string Quote(absl::string_view text) {
  return absl::StrCat("'", absl::CEscape(text.substr(0, 64)), "'");
}

OperationPtr NeedsOrder(absl::string_view what) {
  return MakeError(absl::StrCat(
      "ERR ", what,
      " needs a total order of all writes, which this mode does not have"));
}

OperationPtr SyntaxError() { return MakeError("ERR syntax error"); }

OperationPtr MakeOk() {
  std::string reply;
  AppendSimple("OK", reply);
  return MakeAnswer(std::move(reply));
}

OperationPtr MakeBulk(absl::string_view bytes) {
  std::string reply;
  AppendBulk(bytes, reply);
  return MakeAnswer(std::move(reply));
}

OperationPtr MakeInteger(int64_t value) {
  std::string reply;
  AppendInteger(value, reply);
  return MakeAnswer(std::move(reply));
}

// The arguments behind the command's name.
std::vector<std::string> TakeKeys(Arguments& arguments) {
  return {std::make_move_iterator(arguments.begin() + 1),
          std::make_move_iterator(arguments.end())};
}

// --- Of the connection ---

OperationPtr Ping(Arguments& arguments, const Context& /*context*/) {
  if (arguments.size() == 2) return MakeBulk(arguments[1]);
  std::string reply;
  AppendSimple("PONG", reply);
  return MakeAnswer(std::move(reply));
}

OperationPtr Echo(Arguments& arguments, const Context& /*context*/) {
  return MakeBulk(arguments[1]);
}

OperationPtr Select(Arguments& arguments, const Context& /*context*/) {
  if (arguments[1] == "0") return MakeOk();
  return MakeError("ERR there is one database, 0");
}

OperationPtr Quit(Arguments& /*arguments*/, const Context& /*context*/) {
  OperationPtr operation = MakeOk();
  operation->set_closes();
  return operation;
}

OperationPtr Client(Arguments& arguments, const Context& context) {
  const std::string subcommand = absl::AsciiStrToLower(arguments[1]);
  if (subcommand == "id") {
    return MakeInteger(static_cast<int64_t>(context.client.value()));
  }
  if (subcommand == "getname") return MakeBulk("");
  if (subcommand == "setname" || subcommand == "setinfo" ||
      subcommand == "no-evict" || subcommand == "no-touch") {
    return MakeOk();
  }
  return MakeError(absl::StrCat("ERR unknown subcommand ", Quote(arguments[1]),
                                " of CLIENT"));
}

// --- Of the server ---

// What clients ask for at the start, among them redis-benchmark.
OperationPtr ConfigCommand(Arguments& arguments, const Context& /*context*/) {
  constexpr std::pair<absl::string_view, absl::string_view> kParameters[] = {
      {"appendonly", "yes"}, {"databases", "1"}, {"save", ""}};
  if (!absl::EqualsIgnoreCase(arguments[1], "get")) {
    return MakeError(
        "ERR CONFIG can only GET: a node is configured by the "
        "file that it is started with");
  }
  std::string pairs;
  size_t count = 0;
  for (const auto& [name, value] : kParameters) {
    const bool wanted =
        std::any_of(arguments.begin() + 2, arguments.end(),
                    [&](const std::string& pattern) {
                      return MatchesGlob(absl::AsciiStrToLower(pattern), name);
                    });
    if (!wanted) continue;
    AppendBulk(name, pairs);
    AppendBulk(value, pairs);
    ++count;
  }
  std::string reply;
  AppendArrayHeader(2 * count, reply);
  return MakeAnswer(std::move(reply) + pairs);
}

OperationPtr DbSize(Arguments& /*arguments*/, const Context& context) {
  return MakeLookup([backend = context.backend](std::string& reply) {
    AppendInteger(static_cast<int64_t>(backend->KeyCount()), reply);
  });
}

OperationPtr Info(Arguments& arguments, const Context& context) {
  std::string section;
  if (arguments.size() == 2) section = absl::AsciiStrToLower(arguments[1]);
  if (section == "all" || section == "default" || section == "everything") {
    section.clear();
  }
  return MakeLookup([backend = context.backend, section](std::string& reply) {
    AppendBulk(backend->Info(section), reply);
  });
}

OperationPtr Nodes(Arguments& /*arguments*/, const Context& context) {
  return MakeLookup([backend = context.backend](std::string& reply) {
    AppendBulk(backend->Nodes(), reply);
  });
}

OperationPtr Status(Arguments& /*arguments*/, const Context& context) {
  return MakeLookup([backend = context.backend](std::string& reply) {
    AppendBulk(backend->Status(), reply);
  });
}

// --- Writes ---

OperationPtr Set(Arguments& arguments, const Context& /*context*/) {
  if (arguments.size() > 3) {
    const std::string option = absl::AsciiStrToLower(arguments[3]);
    if (!Contains(kSetOptions, option)) return SyntaxError();
    return NeedsOrder(absl::StrCat("SET with ", absl::AsciiStrToUpper(option)));
  }
  Write write{
      {{MutationKind::kPut, std::move(arguments[1]), std::move(arguments[2])}}};
  return MakeWrite(std::move(write), WriteReply::kOk);
}

OperationPtr MSet(Arguments& arguments, const Context& /*context*/) {
  if (arguments.size() % 2 == 0) {
    return MakeError("ERR wrong number of arguments for 'mset' command");
  }
  Write write;
  for (size_t i = 1; i < arguments.size(); i += 2) {
    write.mutations.push_back({MutationKind::kPut, std::move(arguments[i]),
                               std::move(arguments[i + 1])});
  }
  return MakeWrite(std::move(write), WriteReply::kOk);
}

Write MakeDelete(Arguments& arguments) {
  Write write;
  for (std::string& key : TakeKeys(arguments)) {
    write.mutations.push_back({MutationKind::kDelete, std::move(key), ""});
  }
  return write;
}

OperationPtr Del(Arguments& arguments, const Context& /*context*/) {
  return MakeWrite(MakeDelete(arguments), WriteReply::kExisted);
}

OperationPtr Put(Arguments& arguments, const Context& /*context*/) {
  Write write{
      {{MutationKind::kPut, std::move(arguments[1]), std::move(arguments[2])}}};
  return MakeWrite(std::move(write), WriteReply::kToken);
}

OperationPtr Delete(Arguments& arguments, const Context& /*context*/) {
  return MakeWrite(MakeDelete(arguments), WriteReply::kTokenAndExisted);
}

// --- Reads ---

// Reads `AT_LEAST token` at the end, if it is there.
absl::StatusOr<Dot> ParseAtLeast(const Arguments& arguments, size_t at) {
  if (arguments.size() <= at) return Dot{};
  if (arguments.size() != at + 2 ||
      !absl::EqualsIgnoreCase(arguments[at], "at_least")) {
    return absl::InvalidArgumentError("syntax error: give AT_LEAST TOKEN");
  }
  return ParseToken(arguments[at + 1]);
}

OperationPtr GetCommand(Arguments& arguments, const Context& /*context*/) {
  return MakeGet({.key = std::move(arguments[1]), .at_least = {}});
}

OperationPtr GetAtLeast(Arguments& arguments, const Context& /*context*/) {
  const absl::StatusOr<Dot> at_least = ParseAtLeast(arguments, 2);
  if (!at_least.ok()) {
    return MakeError(absl::StrCat("ERR ", at_least.status().message()));
  }
  return MakeGet({.key = std::move(arguments[1]), .at_least = *at_least});
}

OperationPtr MGet(Arguments& arguments, const Context& /*context*/) {
  return MakeMultiGet(TakeKeys(arguments));
}

OperationPtr Exists(Arguments& arguments, const Context& /*context*/) {
  return MakeExists(TakeKeys(arguments));
}

OperationPtr Keys(Arguments& arguments, const Context& /*context*/) {
  return MakeKeys(std::move(arguments[1]));
}

OperationPtr ListCommand(Arguments& arguments, const Context& /*context*/) {
  uint32_t limit = 0;
  if (!absl::SimpleAtoi(arguments[3], &limit) || limit < 1 ||
      limit > kListLimitMax) {
    return MakeError(absl::StrCat("ERR limit ", Quote(arguments[3]),
                                  ": give between 1 and ", kListLimitMax));
  }
  const absl::StatusOr<Dot> at_least = ParseAtLeast(arguments, 4);
  if (!at_least.ok()) {
    return MakeError(absl::StrCat("ERR ", at_least.status().message()));
  }
  return MakeList({.prefix = std::move(arguments[1]),
                   .start = std::move(arguments[2]),
                   .limit = limit,
                   .at_least = *at_least});
}

OperationPtr Scan(Arguments& arguments, const Context& context) {
  uint64_t cursor = 0;
  if (!absl::SimpleAtoi(arguments[1], &cursor)) {
    return MakeError("ERR invalid cursor");
  }
  std::string pattern = "*";
  uint32_t count = kScanCountDefault;
  for (size_t i = 2; i < arguments.size(); i += 2) {
    if (i + 1 == arguments.size()) return SyntaxError();
    const std::string option = absl::AsciiStrToLower(arguments[i]);
    std::string& value = arguments[i + 1];
    if (option == "match") {
      pattern = std::move(value);
    } else if (option == "count") {
      if (!absl::SimpleAtoi(value, &count) || count < 1) return SyntaxError();
    } else if (option != "type" || !absl::EqualsIgnoreCase(value, "string")) {
      return SyntaxError();  // All there is are strings.
    }
  }
  std::string start;
  if (cursor != 0) {
    const std::string* key = context.cursors->Find(cursor);
    if (key == nullptr) {
      return MakeError(absl::StrCat(
          "ERR cursor ", cursor, " is not known any more: begin again with 0"));
    }
    start = *key;
  }
  List list{.prefix = GlobPrefix(pattern),
            .start = std::move(start),
            .limit = std::min(count, kListLimitMax),
            .at_least = {}};
  return MakeScan(std::move(list), std::move(pattern), context.cursors);
}

// --- The table ---

constexpr size_t kAny = std::numeric_limits<size_t>::max();

struct CommandEntry {
  absl::string_view name;
  // With the name.
  size_t arguments_min;
  size_t arguments_max;
  OperationPtr (*parse)(Arguments& arguments, const Context& context);
};

OperationPtr CommandCommand(Arguments& arguments, const Context& context);

constexpr CommandEntry kCommands[] = {
    {"client", 2, kAny, Client},
    {"command", 1, kAny, CommandCommand},
    {"config", 2, kAny, ConfigCommand},
    {"dbsize", 1, 1, DbSize},
    {"del", 2, kAny, Del},
    {"distdb.delete", 2, kAny, Delete},
    {"distdb.get", 2, 4, GetAtLeast},
    {"distdb.list", 4, 6, ListCommand},
    {"distdb.nodes", 1, 1, Nodes},
    {"distdb.put", 3, 3, Put},
    {"distdb.status", 1, 1, Status},
    {"echo", 2, 2, Echo},
    {"exists", 2, kAny, Exists},
    {"get", 2, 2, GetCommand},
    {"info", 1, 2, Info},
    {"keys", 2, 2, Keys},
    {"mget", 2, kAny, MGet},
    {"mset", 3, kAny, MSet},
    {"ping", 1, 2, Ping},
    {"quit", 1, kAny, Quit},
    {"scan", 2, kAny, Scan},
    {"select", 2, 2, Select},
    {"set", 3, kAny, Set},
};

// COMMAND COUNT is answered; lists and documentation are empty, and clients do
// without.
OperationPtr CommandCommand(Arguments& arguments, const Context& /*context*/) {
  if (arguments.size() == 2 && absl::EqualsIgnoreCase(arguments[1], "count")) {
    return MakeInteger(std::size(kCommands));
  }
  std::string reply;
  AppendArrayHeader(0, reply);
  return MakeAnswer(std::move(reply));
}

}  // namespace

OperationPtr ParseCommand(Arguments arguments, const CommandContext& context) {
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
  if (Contains(kNeedsOrder, name))
    return NeedsOrder(absl::AsciiStrToUpper(name));
  OperationPtr unknown =
      MakeError(absl::StrCat("ERR unknown command ", Quote(arguments[0])));
  // A browser that was led here: what follows is not meant as commands.
  if (name == "post" || name == "host:") unknown->set_closes();
  return unknown;
}

}  // namespace distdb
