#include "node/client_commands.h"

#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/command.h"
#include "core/types.h"
#include "net/resp/token.h"
#include "net/socket.h"
#include "node/command_line.h"
#include "node/database_client.h"
#include "node/exit.h"
#include "node/format.h"

ABSL_FLAG(std::string, addr, "127.0.0.1:7001", "The node to ask.");
ABSL_FLAG(std::string, at_least, "",
          "A token that put printed: wait until the node has that write.");

namespace distdb {
namespace {

// Connects to --addr and runs `ask`, which returns the exit code or an error.
template <typename Ask>
int WithClient(Ask ask) {
  const absl::StatusOr<Endpoint> endpoint =
      ParseEndpoint(absl::GetFlag(FLAGS_addr));
  if (!endpoint.ok()) return BadFlag("addr", endpoint.status());
  const std::string at_least = absl::GetFlag(FLAGS_at_least);
  if (!at_least.empty()) {
    const absl::StatusOr<Dot> token = ParseToken(at_least);
    if (!token.ok()) return BadFlag("at_least", token.status());
  }
  absl::StatusOr<DatabaseClient> client = DatabaseClient::Connect(*endpoint);
  if (!client.ok()) return Fail(kExitFailed, client.status());
  const absl::StatusOr<int> code = ask(*client, at_least);
  return code.ok() ? *code : Fail(kExitFailed, code.status());
}

void PrintLine(absl::string_view line) {
  std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
}

int PrintText(const absl::StatusOr<std::string>& text) {
  if (!text.ok()) return Fail(kExitFailed, text.status());
  std::fputs(text->c_str(), stdout);
  return kExitDone;
}

}  // namespace

std::vector<absl::string_view> ClientFlags() { return {"addr"}; }
std::vector<absl::string_view> ReadFlags() { return {"addr", "at_least"}; }

int RunPut(const std::vector<std::string>& arguments) {
  return WithClient(
      [&](DatabaseClient& client, const std::string&) -> absl::StatusOr<int> {
        const absl::StatusOr<std::string> token =
            client.Put(arguments[0], arguments[1]);
        if (!token.ok()) return token.status();
        PrintLine(*token);
        return kExitDone;
      });
}

int RunGet(const std::vector<std::string>& arguments) {
  return WithClient([&](DatabaseClient& client,
                        const std::string& at_least) -> absl::StatusOr<int> {
    const absl::StatusOr<absl::optional<std::string>> value =
        client.Get(arguments[0], at_least);
    if (!value.ok()) return value.status();
    PrintLine(value->has_value() ? Printable(**value) : "(nil)");
    return value->has_value() ? kExitDone : kExitFailed;
  });
}

int RunDelete(const std::vector<std::string>& arguments) {
  return WithClient(
      [&](DatabaseClient& client, const std::string&) -> absl::StatusOr<int> {
        const absl::StatusOr<DatabaseClient::Deleted> deleted =
            client.Delete(arguments[0]);
        if (!deleted.ok()) return deleted.status();
        PrintLine(deleted->token);
        return kExitDone;
      });
}

int RunList(const std::vector<std::string>& arguments) {
  return WithClient([&](DatabaseClient& client,
                        const std::string& at_least) -> absl::StatusOr<int> {
    const absl::StatusOr<std::vector<KeyValue>> entries =
        client.List(arguments.empty() ? "" : arguments[0], at_least);
    if (!entries.ok()) return entries.status();
    for (const KeyValue& entry : *entries) PrintLine(FormatEntry(entry));
    return kExitDone;
  });
}

int RunNodes(const std::vector<std::string>&) {
  return WithClient(
      [](DatabaseClient& client, const std::string&) -> absl::StatusOr<int> {
        return PrintText(client.Nodes());
      });
}

int RunStatus(const std::vector<std::string>&) {
  return WithClient(
      [](DatabaseClient& client, const std::string&) -> absl::StatusOr<int> {
        return PrintText(client.Status());
      });
}

}  // namespace distdb
