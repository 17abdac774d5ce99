#include "sim/trace/write_trace.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace distdb::sim {

absl::Status WriteTrace(absl::string_view text, const std::string& path) {
  const bool streams = path == kTraceStream;
  std::FILE* file = streams ? stdout : std::fopen(path.c_str(), "wb");
  bool written = file != nullptr;
  if (written) {
    written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    written = (streams ? std::fflush(file) : std::fclose(file)) == 0 && written;
  }
  if (written) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(streams ? "standard output" : path,
                   ": cannot be written: ", std::strerror(errno)));
}

}  // namespace distdb::sim
