// The names of decisions, as tapes write them.

#ifndef DISTDB_SIM_DECISION_NAMES_H_
#define DISTDB_SIM_DECISION_NAMES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "sim/decision.h"

namespace distdb::sim {

// "message_delay", …; "?" for a number that is no decision.
absl::string_view DecisionName(Decision decision);

// The one of that name.
std::optional<Decision> FindDecision(absl::string_view name);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DECISION_NAMES_H_
