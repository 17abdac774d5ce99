// `sim explore`: explores a model and says what was found.

#ifndef DISTDB_SIM_EXPLORE_COMMAND_H_
#define DISTDB_SIM_EXPLORE_COMMAND_H_

#include <string>

#include "absl/types/span.h"

namespace distdb::sim::explore {

// `arguments` as for ParseOptions. Prints the run that breaks a property, if
// there is one, and the last line that scripts rely on; progress goes to
// standard error when that is a terminal. Returns the exit code: 0 where all
// properties hold; 1 where one does not, or the bound came first; 2 for bad
// usage.
int ExploreCommand(absl::Span<const std::string> arguments);

}  // namespace distdb::sim::explore

#endif  // DISTDB_SIM_EXPLORE_COMMAND_H_
