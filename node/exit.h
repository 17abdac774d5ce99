// How a command that cannot go on ends: one line on standard error, and a code.

#ifndef DISTDB_NODE_EXIT_H_
#define DISTDB_NODE_EXIT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace distdb {

// Prints "distdb: WHY" on one line and returns `code`.
int Fail(int code, absl::string_view why);
int Fail(int code, const absl::Status& status);

// The value of a flag is wrong: "distdb: --NAME: WHY", and the code for that.
int BadFlag(absl::string_view name, const absl::Status& status);

}  // namespace distdb

#endif  // DISTDB_NODE_EXIT_H_
