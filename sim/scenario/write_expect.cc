// What a scenario expects, as text.

#include <string>

#include "absl/status/status.h"
#include "sim/scenario/writer.h"

namespace distdb::sim {
namespace {

// By FaultKind, as scenario.proto names them.
constexpr absl::string_view kFaults[] = {
    "ANY_FAULT",   "CONFLICTING_SEND",  "CONFLICTING_ECHO", "CONFLICTING_READY",
    "FORGED_SEND", "MALFORMED_PAYLOAD", "MALFORMED_MESSAGE"};

Fields AnswerOf(const ExpectedAnswer& expected) {
  Fields fields;
  fields.Word("to", expected.id);
  if (!expected.status.has_value()) {
    fields.Word("status", "none");
  } else if (*expected.status != absl::StatusCode::kOk) {
    fields.Word("status", absl::StatusCodeToString(*expected.status));
  }
  if (expected.value.has_value()) fields.Word("value", *expected.value);
  fields.Flag("nil", expected.looks_at_value && !expected.value.has_value());
  return fields;
}

}  // namespace

void WriteExpectations(Writer& writer) {
  const Expectations& expect = writer.scenario().expect;
  Fields all;
  if (expect.violated.has_value()) {
    all.Word("violated", PropertyName(*expect.violated));
  }
  for (const Property claim : writer.plan().also_claimed) {
    all.Word("claim", PropertyName(claim));
  }
  for (const ExpectedDelivery& expected : expect.delivered) {
    Fields fields;
    fields.Instance(expected.instance);
    if (!expected.value.empty()) fields.Word("value", expected.value);
    if (!expected.by.empty()) fields.Nodes("by", expected.by);
    if (expected.at.has_value()) fields.Time("at", expected.at->value());
    all.Message("delivered", fields);
  }
  for (const ExpectedStore& expected : expect.stores) {
    Fields fields;
    fields.Node("node", expected.node);
    for (const auto& [key, value] : expected.entries) {
      Fields entry;
      entry.Word("key", key);
      entry.Word("value", value);
      fields.Message("entry", entry);
    }
    all.Message("store", fields);
  }
  for (const ExpectedConviction& expected : expect.convicted) {
    Fields fields;
    fields.Node("node", expected.node);
    if (expected.fault.has_value()) {
      fields.Symbol("fault", kFaults[static_cast<size_t>(*expected.fault)]);
    }
    if (!expected.by.empty()) fields.Nodes("by", expected.by);
    all.Message("convicted", fields);
  }
  for (const ExpectedAnswer& expected : expect.answers) {
    all.Message("answer", AnswerOf(expected));
  }
  writer.Blank();
  writer.Line("expect", all);
}

}  // namespace distdb::sim
