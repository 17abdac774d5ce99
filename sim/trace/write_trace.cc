#include "sim/trace/write_trace.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "sim/write_file.h"

namespace distdb::sim {

absl::Status WriteTrace(absl::string_view text, const std::string& path) {
  if (path != kTraceStream) return WriteFile(text, path);
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
      std::fflush(stdout) == 0;
  if (written) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "standard output: cannot be written: ", std::strerror(errno)));
}

}  // namespace distdb::sim
