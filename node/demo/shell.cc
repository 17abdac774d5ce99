#include "node/demo/shell.h"

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/command.h"
#include "core/types.h"
#include "node/database_client.h"
#include "node/demo/local_cluster.h"
#include "node/demo/node_lines.h"
#include "node/format.h"

namespace distdb {
namespace {

Shell::Outcome Failed(absl::Status status) {
  return {std::move(status), "", false};
}

Shell::Outcome Done(std::string text) {
  return {absl::OkStatus(), std::move(text), false};
}

Shell::Outcome DoneOr(const absl::StatusOr<std::string>& text) {
  return text.ok() ? Done(*text) : Failed(text.status());
}

// A line's first two words and the rest of it: a value may have spaces.
std::vector<std::string> Split(absl::string_view line) {
  constexpr size_t kPartsMax = 3;
  std::vector<std::string> parts;
  line = absl::StripAsciiWhitespace(line);
  while (!line.empty()) {
    const size_t end = parts.size() + 1 == kPartsMax
                           ? line.size()
                           : std::min(line.find_first_of(" \t"), line.size());
    parts.emplace_back(line.substr(0, end));
    line = absl::StripLeadingAsciiWhitespace(line.substr(end));
  }
  return parts;
}

// `nodes` is asked again as long as it shows arrears, for half a second.
constexpr int kNodesAsked = 50;
constexpr Duration kNodesPause = 10 * kMillisecond;

// Whether a node that is up lacks, by these lines, what the asked one has.
bool ShowsArrears(const std::string& text) {
  const std::vector<NodeLine> lines = ParseNodeLines(text);
  const auto asked = std::find_if(lines.begin(), lines.end(),
                                  [](const NodeLine& l) { return l.asked; });
  if (asked == lines.end()) return false;
  const std::vector<uint64_t>& ours = asked->delivered;
  return std::any_of(lines.begin(), lines.end(), [&](const NodeLine& line) {
    for (size_t i = 0; line.up && i < ours.size(); ++i) {
      if (i >= line.delivered.size() || line.delivered[i] < ours[i]) {
        return true;
      }
    }
    return false;
  });
}

}  // namespace

const std::vector<Shell::Entry>& Shell::Entries() {
  static const auto& entries = *new std::vector<Entry>{
      {"put", "KEY VALUE", "write; prints the write's token", 2, 2,
       &Shell::Put},
      {"get", "KEY", "read, after your own writes", 1, 1, &Shell::Get},
      {"delete", "KEY", "delete; prints the write's token", 1, 1,
       &Shell::Delete},
      {"list", "[PREFIX]", "all keys with their values", 0, 1, &Shell::List},
      {"nodes", "", "one line per node", 0, 0, &Shell::Nodes},
      {"status", "", "how many more nodes may fail, and counters", 0, 0,
       &Shell::Status},
      {"kill", "N", "end a node like a crash does", 1, 1, &Shell::Kill},
      {"restart", "N", "start it again, with what it had on disk", 1, 1,
       &Shell::Restart},
      {"help", "", "this list", 0, 0, &Shell::Help},
      {"quit", "", "end the cluster", 0, 0, &Shell::Quit},
  };
  return entries;
}

Shell::Outcome Shell::Run(absl::string_view line) {
  Words words = Split(line);
  if (words.empty() || words[0][0] == '#') return Done("");
  const std::string name = words[0];
  words.erase(words.begin());
  for (const Entry& entry : Entries()) {
    if (entry.name != name) continue;
    if (words.size() < entry.arguments_min ||
        words.size() > entry.arguments_max) {
      return Failed(absl::InvalidArgumentError(absl::StrCat(
          "write `", entry.name, entry.arguments.empty() ? "" : " ",
          entry.arguments, "`")));
    }
    return (this->*entry.run)(words);
  }
  return Failed(absl::InvalidArgumentError(
      absl::StrCat("\"", name, "\" is no command; `help` lists them")));
}

Shell::Outcome Shell::PutAt(int id, const std::string& key,
                            const std::string& value) {
  absl::StatusOr<DatabaseClient> client = cluster_->Connect(id);
  if (!client.ok()) return Failed(client.status());
  const absl::StatusOr<std::string> token = client->Put(key, value);
  if (!token.ok()) return Failed(token.status());
  Remember(*token);
  return Done(absl::StrCat(*token, "\n"));
}

Shell::Outcome Shell::GetAt(int id, const std::string& key) {
  absl::StatusOr<DatabaseClient> client = cluster_->Connect(id);
  if (!client.ok()) return Failed(client.status());
  absl::Status waited = AwaitWrites(*client);
  if (!waited.ok()) return Failed(waited);
  const absl::StatusOr<absl::optional<std::string>> value =
      client->Get(key, "");
  if (!value.ok()) return Failed(value.status());
  if (value->has_value()) return Done(absl::StrCat(Printable(**value), "\n"));
  return {absl::NotFoundError(absl::StrCat(Printable(key), " has no value")),
          "(nil)\n", false};
}

Shell::Outcome Shell::Put(const Words& words) {
  const std::vector<int> running = cluster_->Running();
  if (running.empty()) return Failed(NobodyRuns());
  return PutAt(running.front(), words[0], words[1]);
}

Shell::Outcome Shell::Get(const Words& words) {
  const absl::StatusOr<int> id = NextReader();
  return id.ok() ? GetAt(*id, words[0]) : Failed(id.status());
}

Shell::Outcome Shell::Delete(const Words& words) {
  const std::vector<int> running = cluster_->Running();
  if (running.empty()) return Failed(NobodyRuns());
  absl::StatusOr<DatabaseClient> client = cluster_->Connect(running.front());
  if (!client.ok()) return Failed(client.status());
  const absl::StatusOr<DatabaseClient::Deleted> deleted =
      client->Delete(words[0]);
  if (!deleted.ok()) return Failed(deleted.status());
  Remember(deleted->token);
  return Done(absl::StrCat(deleted->token, "\n"));
}

Shell::Outcome Shell::List(const Words& words) {
  absl::StatusOr<DatabaseClient> client = ConnectToRead();
  if (!client.ok()) return Failed(client.status());
  absl::Status waited = AwaitWrites(*client);
  if (!waited.ok()) return Failed(waited);
  const absl::StatusOr<std::vector<KeyValue>> entries =
      client->List(words.empty() ? "" : words[0], "");
  if (!entries.ok()) return Failed(entries.status());
  std::string text;
  for (const KeyValue& entry : *entries) {
    absl::StrAppend(&text, FormatEntry(entry), "\n");
  }
  return Done(text);
}

Shell::Outcome Shell::Nodes(const Words&) {
  absl::StatusOr<DatabaseClient> client = ConnectToRead();
  if (!client.ok()) return Failed(client.status());
  absl::Status waited = AwaitWrites(*client);
  if (!waited.ok()) return Failed(waited);
  // What its peers have it is told a moment later: asked at once, it would show
  // nodes behind that are not.
  absl::StatusOr<std::string> text = client->Nodes();
  for (int i = 0; i < kNodesAsked && text.ok() && ShowsArrears(*text); ++i) {
    const timespec pause{0, kNodesPause};
    nanosleep(&pause, nullptr);
    text = client->Nodes();
  }
  return DoneOr(text);
}

Shell::Outcome Shell::Status(const Words&) {
  absl::StatusOr<DatabaseClient> client = ConnectToRead();
  return client.ok() ? DoneOr(client->Status()) : Failed(client.status());
}

Shell::Outcome Shell::Kill(const Words& words) {
  const absl::StatusOr<int> id = ParseNode(words[0]);
  if (!id.ok()) return Failed(id.status());
  if (!cluster_->IsRunning(*id)) {
    return Failed(absl::FailedPreconditionError(
        absl::StrCat("node ", *id, " does not run; `restart ", *id, "`")));
  }
  absl::Status killed = cluster_->Kill(*id);
  if (!killed.ok()) return Failed(killed);
  return Done(absl::StrCat("node ", *id, " is down\n"));
}

Shell::Outcome Shell::Restart(const Words& words) {
  const absl::StatusOr<int> id = ParseNode(words[0]);
  if (!id.ok()) return Failed(id.status());
  if (cluster_->IsRunning(*id)) {
    absl::Status killed = cluster_->Kill(*id);
    if (!killed.ok()) return Failed(killed);
  }
  absl::Status started = cluster_->Start(*id);
  if (!started.ok()) return Failed(started);
  return Done(absl::StrCat("node ", *id, " is up and has what it missed\n"));
}

Shell::Outcome Shell::Help(const Words&) {
  std::string text;
  for (const Entry& entry : Entries()) {
    absl::StrAppendFormat(
        &text, "%-15s %s\n",
        absl::StrCat(entry.name, entry.arguments.empty() ? "" : " ",
                     entry.arguments),
        entry.summary);
  }
  return Done(text);
}

Shell::Outcome Shell::Quit(const Words&) {
  return {absl::OkStatus(), "", true};
}

absl::StatusOr<int> Shell::NextReader() {
  const std::vector<int> running = cluster_->Running();
  if (running.empty()) return NobodyRuns();
  // After the first, where the writes are.
  return running[++reads_ % running.size()];
}

absl::StatusOr<DatabaseClient> Shell::ConnectToRead() {
  const absl::StatusOr<int> id = NextReader();
  if (!id.ok()) return id.status();
  return cluster_->Connect(*id);
}

absl::Status Shell::AwaitWrites(DatabaseClient& client) {
  for (const auto& [node, token] : tokens_) {
    const absl::StatusOr<absl::optional<std::string>> read =
        client.Get("", token);
    if (!read.ok()) return read.status();
  }
  return absl::OkStatus();
}

absl::Status Shell::NobodyRuns() const {
  return absl::UnavailableError("no node runs; `restart 1`");
}

void Shell::Remember(const std::string& token) {
  const std::vector<std::string> parts =
      absl::StrSplit(token, absl::MaxSplits(':', 1));
  tokens_[parts[0]] = token;
}

absl::StatusOr<int> Shell::ParseNode(const std::string& word) const {
  int id = 0;
  if (absl::SimpleAtoi(word, &id) && id >= 1 && id <= cluster_->nodes()) {
    return id;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", word, "\" is no node; use 1 to ", cluster_->nodes()));
}

}  // namespace distdb
