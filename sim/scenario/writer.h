// Writer: what the parts of WriteScenario share: the text so far, and how a
// field of it looks.
//
// A message is one line, `action { when: "5ms" put { node: "p0" … } }`, or
// several where it would be long.

#ifndef DISTDB_SIM_SCENARIO_WRITER_H_
#define DISTDB_SIM_SCENARIO_WRITER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/record.h"
#include "core/types.h"
#include "sim/scenario/scenario.h"
#include "sim/single_faults.h"

namespace distdb::sim {

// The fields of one message, in order.
class Fields {
 public:
  void Word(absl::string_view name, absl::string_view value);  // Quoted.
  // In several lines where it is long. Of a file, not of a message within it.
  void Sentence(absl::string_view name, absl::string_view text);
  void Symbol(absl::string_view name, absl::string_view value);  // Bare.
  void Number(absl::string_view name, uint64_t value);
  void Flag(absl::string_view name, bool value);  // Only if it is true.
  void Node(absl::string_view name, NodeId node);
  void Nodes(absl::string_view name, NodeSet nodes);
  void Time(absl::string_view name, Duration time);
  void Instance(const InstanceId& instance);
  void Message(absl::string_view name, const Fields& fields);
  void Append(const Fields& more);

  bool empty() const { return fields_.empty(); }
  // "{ a: 1 b: 2 }", or with a line for each field, indented by `indent`.
  std::string Text(size_t indent, size_t width) const;

 private:
  struct Field {
    std::string start;            // "name: value" or "name".
    std::vector<Fields> message;  // None or one.
  };

  std::string OneLine() const;

  std::vector<Field> fields_;
};

class Writer {
 public:
  explicit Writer(const Scenario& scenario) : scenario_(scenario) {}

  const Scenario& scenario() const { return scenario_; }
  const Plan& plan() const { return scenario_.plan; }

  // "name: value" and "name { … }" as lines of the file.
  void Line(absl::string_view name, const Fields& fields);
  // All fields, each as a line; and an empty line after them if there are any.
  void Lines(const Fields& fields);
  void Blank();

  // The name of the value with this payload, or this digest; "" if none has it.
  std::string NameOf(const Payload& payload) const;
  std::string NameOf(const InstanceId& instance, const Digest& digest) const;
  // The id by which an operation is named; "" if it needs none.
  std::string IdOf(RequestId request) const;

  std::string Take() { return std::move(text_); }

 private:
  const Scenario& scenario_;
  std::string text_;
};

// The parts, each in a file of its own.
void WriteCluster(Writer& writer);
void WriteValues(Writer& writer);
void WriteFaults(Writer& writer);
void WriteActions(Writer& writer);
void WriteExpectations(Writer& writer);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_WRITER_H_
