#include "node/logger.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/token_bucket.h"
#include "node/json.h"

namespace distdb {
namespace {

spdlog::level::level_enum Native(LogLevel level) {
  switch (level) {
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kDebug:
      return spdlog::level::debug;
  }
  return spdlog::level::err;
}

// spdlog adds time and level to what is given as %v.
std::string PatternOf(LogFormat format, NodeId self) {
  if (format == LogFormat::kJson) {
    return "{\"time\":\"%Y-%m-%dT%H:%M:%S.%fZ\",\"level\":\"%l\",%v}";
  }
  return absl::StrCat("%Y-%m-%dT%H:%M:%S.%eZ %l [node ", self.value() + 1,
                      "] %v");
}

void AppendMember(const LogField& field, std::string& json) {
  json.push_back(',');
  AppendJsonString(field.name, json);
  json.push_back(':');
  if (const auto* number = std::get_if<uint64_t>(&field.value)) {
    absl::StrAppend(&json, *number);
  } else {
    AppendJsonString(std::get<absl::string_view>(field.value), json);
  }
}

}  // namespace

absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view text) {
  if (text == "error") return LogLevel::kError;
  if (text == "info") return LogLevel::kInfo;
  if (text == "debug") return LogLevel::kDebug;
  return absl::InvalidArgumentError(
      absl::StrCat("--log=", text, " is no level; use error, info or debug"));
}

absl::StatusOr<LogFormat> ParseLogFormat(absl::string_view text) {
  if (text == "text") return LogFormat::kText;
  if (text == "json") return LogFormat::kJson;
  return absl::InvalidArgumentError(
      absl::StrCat("--log_format=", text, " is no format; use text or json"));
}

Logger::Limit::Limit() : lines(kLinesAtOnce, kSecond / kLinesPerSecond) {}

Logger::Logger(NodeId self, LogLevel level, LogFormat format, Clock clock)
    : self_(self), level_(level), format_(format), clock_(clock) {
  lines_ = std::make_unique<spdlog::logger>(
      "distdb", std::make_shared<spdlog::sinks::stderr_sink_st>());
  lines_->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      PatternOf(format, self), spdlog::pattern_time_type::utc));
  lines_->set_level(Native(level));
  // A node goes on without its log.
  lines_->set_error_handler([](const std::string&) {});
}

Logger::~Logger() = default;

void Logger::Log(LogLevel level, absl::string_view event,
                 absl::string_view text,
                 std::initializer_list<LogField> fields) {
  if (!Tells(level)) return;
  Limit& limit = limits_[event];
  if (!limit.lines.Take(clock_())) {
    ++limit.left_out;
    return;
  }
  const uint64_t left_out = std::exchange(limit.left_out, 0);
  std::string line;
  if (format_ == LogFormat::kText) {
    line = absl::StrReplaceAll(text, {{"\n", " "}});
    if (left_out > 0) {
      absl::StrAppend(&line, " (and ", left_out, " more like it before)");
    }
  } else {
    line = absl::StrCat("\"node\":", self_.value() + 1);
    AppendMember({"event", event}, line);
    AppendMember({"message", text}, line);
    for (const LogField& field : fields) AppendMember(field, line);
    if (left_out > 0) AppendMember({"left_out", left_out}, line);
  }
  lines_->log(Native(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace distdb
