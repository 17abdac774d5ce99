#include "node/exit.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "node/command_line.h"

namespace distdb {

int Fail(int code, absl::string_view why) {
  const std::string line = absl::StrReplaceAll(why, {{"\n", " "}});
  std::fprintf(stderr, "distdb: %s\n", line.c_str());
  return code;
}

int Fail(int code, const absl::Status& status) {
  return Fail(code, status.message());
}

void OpenStandardStreams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one. Using it the wrong way round fails,
    // as it would have.
    const int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    [[maybe_unused]] const int opened = open("/dev/null", mode);
  }
}

int EndOutput(int code) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  Fail(kExitFailed,
       absl::StrCat("cannot write to standard output",
                    errno == 0 ? "" : absl::StrCat(": ", std::strerror(errno)),
                    "; results are missing"));
  return code == kExitDone ? kExitFailed : code;
}

int BadFlag(absl::string_view name, const absl::Status& status) {
  return Fail(kExitBadUsage, absl::StrCat("--", name, ": ", status.message()));
}

}  // namespace distdb
