#include "node/database_client.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/command.h"
#include "core/types.h"
#include "net/resp/client.h"
#include "net/socket.h"

namespace distdb {
namespace {

constexpr Duration kConnectTimeout = 3 * kSecond;
// More than a node waits for itself, so that its own error comes first.
constexpr Duration kCallTimeout = 15 * kSecond;
constexpr uint32_t kPageKeys = 1000;

absl::Status Unexpected(const RespValue& value) {
  return absl::DataLossError(absl::StrCat("unexpected answer of type ",
                                          static_cast<int>(value.type),
                                          "; is this a distdb node?"));
}

}  // namespace

absl::StatusOr<DatabaseClient> DatabaseClient::Connect(
    const Endpoint& endpoint) {
  absl::StatusOr<RespClient> client =
      RespClient::Connect(endpoint, kConnectTimeout);
  if (!client.ok()) return client.status();
  return DatabaseClient(*std::move(client));
}

absl::StatusOr<std::string> DatabaseClient::Put(const std::string& key,
                                                const std::string& value) {
  absl::StatusOr<RespValue> answer = Call({"DISTDB.PUT", key, value});
  if (!answer.ok()) return answer.status();
  return std::move(answer->text);
}

absl::StatusOr<DatabaseClient::Deleted> DatabaseClient::Delete(
    const std::string& key) {
  const absl::StatusOr<RespValue> answer = Call({"DISTDB.DELETE", key});
  if (!answer.ok()) return answer.status();
  if (answer->elements.size() != 2) return Unexpected(*answer);
  return Deleted{answer->elements[0].text, answer->elements[1].integer == 1};
}

absl::StatusOr<absl::optional<std::string>> DatabaseClient::Get(
    const std::string& key, const std::string& at_least) {
  std::vector<std::string> words{"DISTDB.GET", key};
  if (!at_least.empty()) words.insert(words.end(), {"AT_LEAST", at_least});
  absl::StatusOr<RespValue> answer = Call(std::move(words));
  if (!answer.ok()) return answer.status();
  if (answer->type == RespType::kNil) return absl::optional<std::string>();
  return absl::optional<std::string>(std::move(answer->text));
}

absl::StatusOr<std::vector<KeyValue>> DatabaseClient::List(
    const std::string& prefix, const std::string& at_least) {
  std::vector<KeyValue> entries;
  for (;;) {
    const absl::StatusOr<bool> more = ListPage(prefix, at_least, entries);
    if (!more.ok()) return more.status();
    if (!*more) return entries;
  }
}

absl::StatusOr<DatabaseClient::BackupPage> DatabaseClient::Backup(
    uint64_t session) {
  absl::StatusOr<RespValue> answer =
      Call({"DISTDB.BACKUP", absl::StrCat(session)});
  if (!answer.ok()) return answer.status();
  std::vector<RespValue>& parts = answer->elements;
  BackupPage page;
  if (parts.size() != 5 || !absl::SimpleAtoi(parts[3].text, &page.cluster_id)) {
    return Unexpected(*answer);
  }
  page.session = static_cast<uint64_t>(parts[0].integer);
  page.last = parts[1].integer == 1;
  page.bytes = std::move(parts[2].text);
  page.node = static_cast<uint32_t>(parts[4].integer);
  return page;
}

absl::Status DatabaseClient::Write(std::vector<Mutation> mutations) {
  const bool puts = mutations.front().kind == MutationKind::kPut;
  std::vector<std::string> words{puts ? "MSET" : "DEL"};
  for (Mutation& mutation : mutations) {
    words.push_back(std::move(mutation.key));
    if (puts) words.push_back(std::move(mutation.value));
  }
  return Call(std::move(words)).status();
}

absl::StatusOr<int64_t> DatabaseClient::KeyCount() {
  const absl::StatusOr<RespValue> answer = Call({"DBSIZE"});
  if (!answer.ok()) return answer.status();
  return answer->integer;
}

absl::StatusOr<std::string> DatabaseClient::Nodes() {
  absl::StatusOr<RespValue> answer = Call({"DISTDB.NODES"});
  if (!answer.ok()) return answer.status();
  return std::move(answer->text);
}

absl::StatusOr<std::string> DatabaseClient::Status() {
  absl::StatusOr<RespValue> answer = Call({"DISTDB.STATUS"});
  if (!answer.ok()) return answer.status();
  return std::move(answer->text);
}

absl::StatusOr<RespValue> DatabaseClient::Call(std::vector<std::string> words) {
  absl::StatusOr<RespValue> answer = client_.Call(words, kCallTimeout);
  if (!answer.ok()) return answer;
  if (answer->type == RespType::kError) {
    return absl::AbortedError(answer->text);
  }
  return answer;
}

absl::StatusOr<bool> DatabaseClient::ListPage(const std::string& prefix,
                                              const std::string& at_least,
                                              std::vector<KeyValue>& entries) {
  // The smallest key after the last one has a zero byte more.
  const std::string start =
      entries.empty() ? "" : entries.back().key + std::string(1, '\0');
  std::vector<std::string> words{"DISTDB.LIST", prefix, start,
                                 absl::StrCat(kPageKeys)};
  if (!at_least.empty()) words.insert(words.end(), {"AT_LEAST", at_least});
  absl::StatusOr<RespValue> answer = Call(std::move(words));
  if (!answer.ok()) return answer.status();
  std::vector<RespValue>& parts = answer->elements;
  if (parts.size() % 2 != 1) return Unexpected(*answer);
  for (size_t i = 1; i < parts.size(); i += 2) {
    entries.push_back({std::move(parts[i].text), std::move(parts[i + 1].text)});
  }
  // A page without keys ends the list, whatever it says: the loop is bounded.
  return parts[0].integer == 1 && parts.size() > 1;
}

}  // namespace distdb
