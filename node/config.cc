#include "node/config.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "core/check.h"
#include "net/tls/keys.h"
#include "node/config.pb.h"
#include "node/config_checks.h"

namespace distdb {
namespace {

using google::protobuf::io::ColumnNumber;

// Where the last `word` before `line` and `column` (from 0) begins; stays where
// it is without one.
void MoveBackTo(absl::string_view word, const std::vector<std::string>& lines,
                int& line, ColumnNumber& column) {
  size_t end = static_cast<size_t>(column);
  for (int at = line; at >= 0; --at) {
    const absl::string_view before =
        absl::string_view(lines[static_cast<size_t>(at)]).substr(0, end);
    const size_t found = before.rfind(word);
    if (found != absl::string_view::npos) {
      line = at;
      column = static_cast<ColumnNumber>(found);
      return;
    }
    end = absl::string_view::npos;
  }
}

// Keeps the first error: the ones after it are usually its echo.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  FirstError(const std::string& file, absl::string_view text)
      : file_(file), lines_(absl::StrSplit(text, '\n')) {}

  void AddError(int line, ColumnNumber column,
                const std::string& message) override {
    if (!status_.ok()) return;
    // The library places an unknown name of an enum after it.
    absl::string_view name = message;
    if (absl::ConsumePrefix(&name, "Unknown enumeration value of \"") &&
        line >= 0 && line < static_cast<int>(lines_.size())) {
      MoveBackTo(name.substr(0, name.find('"')), lines_, line, column);
    }
    // It counts from 0, and says -1 where the file as a whole is meant.
    const std::string where =
        line < 0 ? file_ : absl::StrCat(file_, ":", line + 1, ":", column + 1);
    status_ = absl::InvalidArgumentError(
        absl::StrCat(where, ": ", absl::StripSuffix(message, "."),
                     "; node/config.proto explains every field"));
  }
  void AddWarning(int, ColumnNumber, const std::string&) override {}

  const absl::Status& status() const { return status_; }

 private:
  std::string file_;
  std::vector<std::string> lines_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<ReplicationMode> ParseMode(absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "bracha")) return BRACHA;
  if (absl::EqualsIgnoreCase(text, "broadcast")) return BROADCAST;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no mode; use bracha or broadcast"));
}

absl::string_view ModeName(Mode mode) {
  return mode == Mode::kBracha ? "bracha" : "broadcast";
}

absl::StatusOr<NodeConfig> LoadNodeConfig(const std::string& path) {
  std::error_code none;
  if (std::filesystem::is_directory(path, none)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is a directory; give a file, as in ", path,
                     absl::EndsWith(path, "/") ? "" : "/", "node-1.textproto"));
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  if (file) text << file.rdbuf();
  if (!file) {
    return absl::NotFoundError(
        absl::StrCat(path, ": ", std::strerror(errno == 0 ? EIO : errno),
                     "; `distdb init --dir=DIR` writes configuration files"));
  }
  absl::StatusOr<NodeConfig> config = ParseNodeConfig(text.str(), path);
  if (!config.ok()) return config;
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  config->set_data_dir((folder / config->data_dir()).lexically_normal());
  if (config->has_key_file()) {
    config->set_key_file((folder / config->key_file()).lexically_normal());
  }
  if (!config->record_file().empty()) {
    config->set_record_file(
        (folder / config->record_file()).lexically_normal());
  }
  return config;
}

absl::StatusOr<NodeConfig> ParseNodeConfig(absl::string_view text,
                                           const std::string& file) {
  FirstError errors(file, text);
  google::protobuf::TextFormat::ParseInfoTree places;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.WriteLocationsTo(&places);
  NodeConfig config;
  const bool parsed = parser.ParseFromString(std::string(text), &config);
  if (!errors.status().ok()) return errors.status();
  DISTDB_CHECK(parsed, "a parser that fails reports an error");
  absl::Status status = CheckNodeConfig(config, ConfigPlaces(file, places));
  if (!status.ok()) return status;
  return config;
}

Config CoreConfig(const NodeConfig& config, const Digester* digester) {
  Config core;
  core.self = NodeId(config.node_id() - 1);
  core.nodes = config.members_size();
  core.epoch = Epoch(config.epoch());
  core.mode = config.mode() == BROADCAST ? Mode::kBroadcast : Mode::kBracha;
  core.window = config.window();
  core.retained_bytes_max = config.retained_bytes_max();
  core.snapshot_log_bytes = config.snapshot_log_bytes();
  core.request_timeout = config.request_timeout_ms() * kMillisecond;
  core.digester = digester;
  return core;
}

std::string PeersClusterId(const NodeConfig& config) {
  return absl::StrCat(
      config.cluster_id(), "/",
      absl::AsciiStrToLower(ReplicationMode_Name(config.mode())));
}

bool HasKeys(const NodeConfig& config) {
  return config.members_size() > 0 && config.members(0).has_public_key();
}

std::vector<PublicKey> Pins(const NodeConfig& config) {
  std::vector<PublicKey> pins;
  for (int id = 1; id <= config.members_size(); ++id) {
    const absl::StatusOr<PublicKey> key = ParsePublicKey(
        FindMember(config, static_cast<uint32_t>(id)).public_key());
    DISTDB_CHECK(key.ok(), "keys are checked on loading");
    pins.push_back(*key);
  }
  return pins;
}

const Member& FindMember(const NodeConfig& config, uint32_t id) {
  for (const Member& member : config.members()) {
    if (member.id() == id) return member;
  }
  FailCheck({__FILE__, __LINE__, "1 <= id <= n", "ids are checked on loading"});
}

}  // namespace distdb
