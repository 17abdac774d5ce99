// Scenario: a hand-written run, ready to be run: its plan, the names that its
// file gives to values, and what is expected of it. A plain value.

#ifndef DISTDB_SIM_SCENARIO_SCENARIO_H_
#define DISTDB_SIM_SCENARIO_SCENARIO_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/command.h"
#include "core/fault.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/types.h"
#include "sim/checkers/verdict.h"
#include "sim/plan.h"

namespace distdb::sim {

// Exactly `by` have delivered `instance`, as `value` if one is named, and each
// `at` this moment if that is given.
struct ExpectedDelivery {
  InstanceId instance;
  std::string value;  // A name in Scenario::values, or empty.
  NodeSet by;
  std::optional<Time> at;
};

// `node` holds exactly these live keys.
struct ExpectedStore {
  NodeId node;
  std::map<std::string, std::string> entries;
};

// All of `by`, or anyone if that is empty, have convicted `node`.
struct ExpectedConviction {
  NodeId node;
  std::optional<FaultKind> fault;  // None: of anything.
  NodeSet by;
};

struct ExpectedAnswer {
  std::string id;  // Of the operation, for people.
  RequestId request;
  std::optional<absl::StatusCode> status;  // None: it was never answered.
  bool looks_at_value = false;
  std::optional<std::string> value;  // Of a get; none: there is no such key.
};

struct Expectations {
  // None: all properties hold.
  std::optional<Property> violated;
  std::vector<ExpectedDelivery> delivered;
  std::vector<ExpectedStore> stores;
  std::vector<ExpectedConviction> convicted;
  std::vector<ExpectedAnswer> answers;
};

struct Scenario {
  std::string name;
  std::string intent;
  // The bug that is planted in core while it runs, or "".
  std::string mutant;
  Plan plan;
  // What liars say, by the names of the file.
  std::map<std::string, Payload> values;
  // The operations that have an id.
  std::map<std::string, RequestId> requests;
  Expectations expect;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_SCENARIO_H_
