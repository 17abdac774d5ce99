#include "node/exit.h"

#include <cstdio>
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

int BadFlag(absl::string_view name, const absl::Status& status) {
  return Fail(kExitBadUsage, absl::StrCat("--", name, ": ", status.message()));
}

}  // namespace distdb
