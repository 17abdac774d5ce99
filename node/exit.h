// How a command ends: with a code and, when it cannot go on, one line on
// standard error.

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

// Puts /dev/null where the program was started without one of its standard
// streams, so that no file or socket of its own takes the place. Call it first.
void OpenStandardStreams();

// Writes what is left of standard output, and returns `code`, or kExitFailed
// when some of the results could not be written.
int EndOutput(int code);

}  // namespace distdb

#endif  // DISTDB_NODE_EXIT_H_
