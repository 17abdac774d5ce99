// Reader: what the parts of ParseScenario share: the scenario as far as it has
// been read, the words of the file, and the first error.
//
// After an error everything is read as if it were empty, and what comes out is
// thrown away: callers need not look at every step.

#ifndef DISTDB_SIM_SCENARIO_READER_H_
#define DISTDB_SIM_SCENARIO_READER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "core/types.h"
#include "sim/plan.h"
#include "sim/scenario/place.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/scenario.pb.h"
#include "sim/scenario/words.h"

namespace distdb::sim {

class Reader {
 public:
  Scenario scenario;

  const absl::Status& status() const { return status_; }
  bool ok() const { return status_.ok(); }
  void Fail(absl::Status status) {
    if (status_.ok()) status_ = std::move(status);
  }
  // Fails at a field with the message of `read`, or returns its value.
  template <typename T>
  T Take(const Place& place, const std::string& field, int index,
         const absl::StatusOr<T>& read) {
    if (read.ok()) return *read;
    Fail(place.Error(field, index, read.status().message()));
    return T();
  }

  // Fails unless the field is there.
  void Require(const Place& place, const std::string& field,
               absl::string_view what);

  NodeId Node(const Place& place, const std::string& field, int index = -1);
  // A node that follows the protocol.
  NodeId Honest(const Place& place, const std::string& field);
  // All entries of a list; `word` stands for `meaning`.
  NodeSet Nodes(const Place& place, const std::string& field,
                absl::string_view word, NodeSet meaning);
  InstanceId Instance(const Place& place, const std::string& field);
  // The field "instance": one of any node, and also its number 0; and one that
  // only a liar speaks of.
  InstanceId AnyInstance(const Place& place);
  InstanceId ClaimedInstance(const Place& place);
  Duration Length(const Place& place, const std::string& field,
                  Duration most = kHour);
  When Moment(const Place& place, const std::string& field);

  Plan& plan() { return scenario.plan; }
  NodeSet all() const { return NodeSet::FirstN(scenario.plan.nodes()); }

 private:
  absl::Status status_;
};

// The parts, each in a file of its own, in this order.
void ReadCluster(const Place& place, const scenario::Scenario& text,
                 Reader& reader);
void ReadTempers(const Place& place, const scenario::Scenario& text,
                 Reader& reader);
void ReadValues(const Place& place, const scenario::Scenario& text,
                Reader& reader);
void ReadRules(const Place& place, const scenario::Scenario& text,
               Reader& reader);
void ReadSingleFaults(const Place& place, const scenario::Scenario& text,
                      Reader& reader);
void ReadActions(const Place& place, const scenario::Scenario& text,
                 Reader& reader);
void ReadExpectations(const Place& place, const scenario::Scenario& text,
                      Reader& reader);

// Of one action: what a client asks; and what a liar says.
void ReadAsk(const Place& place, const scenario::Action& text, const When& when,
             Reader& reader);
void ReadSay(const Place& here, const scenario::Action::Say& text,
             const When& when, Reader& reader);

// The name of a value: one word of letters, digits, _ and -.
bool IsName(absl::string_view name);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_READER_H_
