// Logger: what a node tells on standard error, one line per event, as text for
// people or as JSON for programs (spdlog does the writing).
//
//   2026-11-29T08:15:00.123Z info [node 2] node 3 is up
//   {"time":"2026-11-29T08:15:00.123456Z","level":"info","node":2,
//    "event":"peer_up","message":"node 3 is up","peer":3}          (one line)
//
// Of one event at most kLinesAtOnce are told at once and kLinesPerSecond on
// average; the next that is told says how many were left out.
//
// Not thread-safe.

#ifndef DISTDB_NODE_LOGGER_H_
#define DISTDB_NODE_LOGGER_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/token_bucket.h"

namespace spdlog {
class logger;
}

namespace distdb {

// What is told: each level includes those before it.
enum class LogLevel : uint8_t { kError, kInfo, kDebug };
enum class LogFormat : uint8_t { kText, kJson };

inline constexpr int kLinesAtOnce = 500;
inline constexpr int kLinesPerSecond = 500;

// "error", "info" or "debug"; "text" or "json". InvalidArgument otherwise, with
// what may be given.
absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view text);
absl::StatusOr<LogFormat> ParseLogFormat(absl::string_view text);

// What an event is about, beside its text, for programs.
struct LogField {
  absl::string_view name;
  std::variant<uint64_t, absl::string_view> value;
};

class Logger {
 public:
  using Clock = Time (*)();

  // `clock` is for the limits alone.
  Logger(NodeId self, LogLevel level, LogFormat format, Clock clock);
  ~Logger();

  bool Tells(LogLevel level) const { return level <= level_; }

  // `event` names the kind, and lives as long as the logger: a literal.
  void Log(LogLevel level, absl::string_view event, absl::string_view text,
           std::initializer_list<LogField> fields = {});

 private:
  struct Limit {
    Limit();

    TokenBucket lines;
    uint64_t left_out = 0;
  };

  NodeId self_;
  LogLevel level_;
  LogFormat format_;
  Clock clock_;
  std::map<absl::string_view, Limit> limits_;  // By event.
  std::unique_ptr<spdlog::logger> lines_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_LOGGER_H_
