// Actions of a scenario file: what liars say.

#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/words.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

using Text = scenario::Action;

// The name that a value of the file cannot have.
constexpr absl::string_view kProposed = "proposed";

// The payload, or its digest, that the message carries by its kind.
void FillIn(const Place& here, const Text::Say& text, Reader& reader,
            Message& message) {
  const bool needs_value =
      CarriesPayload(message.kind) || CarriesDigest(message.kind);
  if (!needs_value) {
    if (!text.has_value()) return;
    return reader.Fail(
        here.Error("value", absl::StrCat(MessageKindName(message.kind),
                                         " carries no value: leave it out")));
  }
  reader.Require(here, "value", "name the value it is about");
  if (!reader.ok() || text.value() == kProposed) return;
  const auto found = reader.scenario.values.find(text.value());
  if (found == reader.scenario.values.end()) {
    std::vector<absl::string_view> names;
    for (const auto& [name, unused] : reader.scenario.values) {
      names.push_back(name);
    }
    return reader.Fail(
        here.Error("value", absl::StrCat("no value is called \"", text.value(),
                                         "\"", Suggest(text.value(), names))));
  }
  if (CarriesPayload(message.kind)) message.payload = found->second;
  if (CarriesDigest(message.kind)) {
    message.digest =
        StandInDigester().Compute(message.instance, found->second.bytes());
  }
}

}  // namespace

void ReadSay(const Place& here, const Text::Say& text, const When& when,
             Reader& reader) {
  const NodeId by = reader.Node(here, "by");
  if (reader.ok() && !reader.plan().liars.Contains(by)) {
    reader.Fail(here.Error("by", absl::StrCat(Describe(by),
                                              " is no liar: name it in the "
                                              "scenario's `liars` first")));
  }
  Message message;
  if (reader.ok() && (!text.has_kind() || text.kind() == scenario::ANY)) {
    reader.Fail(here.Error("kind", "say which message: SEND, ECHO, READY, …"));
  }
  message.kind = MessageKind{static_cast<uint8_t>(text.kind())};
  if (message.kind != MessageKind::kHello) {
    message.instance = text.odd_instance() ? reader.ClaimedInstance(here)
                       : message.kind == MessageKind::kWatermark
                           ? reader.AnyInstance(here)
                           : reader.Instance(here, "instance");
    message.instance.epoch = Epoch(text.epoch());
  }
  FillIn(here, text, reader, message);
  const bool proposed = text.value() == kProposed;
  if (reader.ok() && proposed &&
      (message.instance.origin.value() >=
           static_cast<uint32_t>(reader.plan().nodes()) ||
       reader.plan().liars.Contains(message.instance.origin))) {
    reader.Fail(here.Error("value",
                           "only a correct node's instance has what it has "
                           "`proposed`: name a value of the file"));
  }
  const NodeSet to =
      reader.Nodes(here, "to", "others", reader.all().Without(by));
  if (reader.ok() && to.empty()) {
    reader.Fail(here.Error("to", "`to` is missing: name who hears it"));
  }
  if (reader.ok() && to.Contains(by)) {
    reader.Fail(here.Error(
        "to", absl::StrCat(Describe(by), " does not talk to itself")));
  }
  for (const NodeId node : to) {
    reader.plan().actions.push_back({when, Say{by, node, message, proposed}});
  }
}

}  // namespace distdb::sim
