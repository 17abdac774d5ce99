#include "node/log_flags.h"

#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "node/logger.h"
#include "node/narrator.h"

ABSL_FLAG(std::string, log, "info",
          "What is told on standard error: error, info or debug.");
ABSL_FLAG(std::string, log_format, "text",
          "How: text, or json with an object per line.");
ABSL_FLAG(std::vector<std::string>, log_phases, {},
          "Of what is told at --log=debug, these phases alone: send, echo, "
          "ready, delivering, delivered, pull, payload, watermark, hello.");

namespace distdb {

absl::StatusOr<NarratorOptions> ReadLogFlags() {
  const absl::StatusOr<LogLevel> level =
      ParseLogLevel(absl::GetFlag(FLAGS_log));
  if (!level.ok()) return level.status();
  const absl::StatusOr<LogFormat> format =
      ParseLogFormat(absl::GetFlag(FLAGS_log_format));
  if (!format.ok()) return format.status();
  absl::StatusOr<LogPhases> phases =
      ParseLogPhases(absl::GetFlag(FLAGS_log_phases));
  if (!phases.ok()) return phases.status();
  if (!phases->empty() && *level != LogLevel::kDebug) {
    return absl::InvalidArgumentError(
        "--log_phases chooses among what --log=debug tells; give that, too");
  }
  return NarratorOptions{*level, *format, *std::move(phases)};
}

}  // namespace distdb
