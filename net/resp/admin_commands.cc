#include "net/resp/admin_commands.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "net/resp/answers.h"
#include "net/resp/backend.h"
#include "net/resp/command_context.h"
#include "net/resp/glob.h"
#include "net/resp/operation.h"
#include "net/resp/reply_writer.h"

namespace distdb {

OperationPtr ParsePing(CommandArguments& arguments,
                       const CommandContext& /*context*/) {
  if (arguments.size() == 2) return MakeBulk(arguments[1]);
  return MakeSimple("PONG");
}

OperationPtr ParseEcho(CommandArguments& arguments,
                       const CommandContext& /*context*/) {
  return MakeBulk(arguments[1]);
}

OperationPtr ParseSelect(CommandArguments& arguments,
                         const CommandContext& /*context*/) {
  if (arguments[1] == "0") return MakeSimple("OK");
  return MakeError("ERR there is one database, 0");
}

OperationPtr ParseQuit(CommandArguments& /*arguments*/,
                       const CommandContext& /*context*/) {
  OperationPtr operation = MakeSimple("OK");
  operation->set_closes();
  return operation;
}

OperationPtr ParseClient(CommandArguments& arguments,
                         const CommandContext& context) {
  const std::string subcommand = absl::AsciiStrToLower(arguments[1]);
  if (subcommand == "id") {
    return MakeInteger(static_cast<int64_t>(context.client.value()));
  }
  if (subcommand == "getname") return MakeBulk("");
  if (subcommand == "setname" || subcommand == "setinfo" ||
      subcommand == "no-evict" || subcommand == "no-touch") {
    return MakeSimple("OK");
  }
  return MakeError(absl::StrCat("ERR unknown subcommand ", Quote(arguments[1]),
                                " of CLIENT"));
}

// What clients ask for at the start, among them redis-benchmark.
OperationPtr ParseConfig(CommandArguments& arguments,
                         const CommandContext& /*context*/) {
  constexpr std::pair<absl::string_view, absl::string_view> kParameters[] = {
      {"appendonly", "yes"}, {"databases", "1"}, {"save", ""}};
  if (!absl::EqualsIgnoreCase(arguments[1], "get")) {
    return MakeError(
        "ERR CONFIG can only GET: a node is configured by the "
        "file that it is started with");
  }
  std::string pairs;
  size_t count = 0;
  for (const auto& parameter : kParameters) {
    const absl::string_view name = parameter.first;
    const bool wanted =
        std::any_of(arguments.begin() + 2, arguments.end(),
                    [&](const std::string& pattern) {
                      return MatchesGlob(absl::AsciiStrToLower(pattern), name);
                    });
    if (!wanted) continue;
    AppendBulk(name, pairs);
    AppendBulk(parameter.second, pairs);
    ++count;
  }
  std::string reply;
  AppendArrayHeader(2 * count, reply);
  return MakeAnswer(std::move(reply) + pairs);
}

OperationPtr ParseDbSize(CommandArguments& /*arguments*/,
                         const CommandContext& context) {
  return MakeLookup([backend = context.backend](std::string& reply) {
    AppendInteger(static_cast<int64_t>(backend->KeyCount()), reply);
  });
}

OperationPtr ParseInfo(CommandArguments& arguments,
                       const CommandContext& context) {
  std::string section;
  if (arguments.size() == 2) section = absl::AsciiStrToLower(arguments[1]);
  if (section == "all" || section == "default" || section == "everything") {
    section.clear();
  }
  return MakeLookup([backend = context.backend, section](std::string& reply) {
    AppendBulk(backend->Info(section), reply);
  });
}

OperationPtr ParseNodes(CommandArguments& /*arguments*/,
                        const CommandContext& context) {
  return MakeLookup([backend = context.backend](std::string& reply) {
    AppendBulk(backend->Nodes(), reply);
  });
}

OperationPtr ParseBackup(CommandArguments& arguments,
                         const CommandContext& context) {
  uint64_t session = 0;
  if (!absl::SimpleAtoi(arguments[1], &session)) {
    return MakeError("ERR give the number of a backup, or 0 to begin one");
  }
  return MakeLookup([backend = context.backend, session](std::string& reply) {
    const absl::StatusOr<BackupPage> page = backend->Backup(session);
    if (!page.ok()) {
      return AppendError(absl::StrCat("ERR ", page.status().message()), reply);
    }
    AppendArrayHeader(5, reply);
    AppendInteger(static_cast<int64_t>(page->session), reply);
    AppendInteger(page->last ? 1 : 0, reply);
    AppendBulk(page->bytes, reply);
    AppendBulk(absl::StrCat(page->cluster_id), reply);
    AppendInteger(static_cast<int64_t>(page->node.value()) + 1, reply);
  });
}

OperationPtr ParseStatus(CommandArguments& /*arguments*/,
                         const CommandContext& context) {
  return MakeLookup([backend = context.backend](std::string& reply) {
    AppendBulk(backend->Status(), reply);
  });
}

}  // namespace distdb
