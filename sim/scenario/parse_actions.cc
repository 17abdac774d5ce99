// Actions of a scenario file: what happens, and when.

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/words.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

using Text = scenario::Action;

// Adds an operation under the next number, and under its id if it has one.
void AddAsk(const Place& here, Reader& reader, const When& when,
            Command command) {
  const NodeId node = reader.Honest(here, "node");
  uint64_t asks = 0;
  for (const Action& action : reader.plan().actions) {
    asks += std::holds_alternative<Ask>(action.deed) ? 1 : 0;
  }
  Ask ask{.node = node,
          .request = RequestId(asks + 1),
          .command = std::move(command)};
  if (here.Has("id")) {
    const std::string id = here.Text("id");
    if (!reader.scenario.requests.emplace(id, ask.request).second) {
      reader.Fail(here.Error(
          "id", absl::StrCat("there are two operations called \"", id, "\"")));
    }
  }
  const bool is_write = std::holds_alternative<Write>(ask.command);
  if (!is_write && here.Has("reads_write")) {
    const std::string id = here.Text("reads_write");
    const auto found = reader.scenario.requests.find(id);
    if (found != reader.scenario.requests.end()) {
      ask.reads_write_of = found->second;
    } else {
      std::vector<absl::string_view> ids;
      for (const auto& [known, unused] : reader.scenario.requests) {
        ids.push_back(known);
      }
      reader.Fail(here.Error("reads_write",
                             absl::StrCat("no operation above is called \"", id,
                                          "\"", Suggest(id, ids))));
    }
  }
  reader.plan().actions.push_back({when, std::move(ask)});
}

void CheckSizes(const Place& here, Reader& reader, const std::string& key,
                const std::string& value) {
  if (key.size() > kKeyBytesMax) {
    reader.Fail(here.Error(
        "key", absl::StrCat("a key of more than ", kKeyBytesMax, " bytes")));
  }
  if (value.size() > kValueBytesMax) {
    reader.Fail(here.Error("value", absl::StrCat("a value of more than ",
                                                 kValueBytesMax, " bytes")));
  }
}

void ReadAsk(const Place& place, const Text& text, const When& when,
             Reader& reader) {
  if (text.has_put()) {
    const Place here = place.Child("put");
    reader.Require(here, "key", "say which key is written");
    CheckSizes(here, reader, text.put().key(), text.put().value());
    Write write;
    write.mutations.push_back({.kind = MutationKind::kPut,
                               .key = text.put().key(),
                               .value = text.put().value()});
    return AddAsk(here, reader, when, std::move(write));
  }
  if (text.has_delete_()) {
    const Place here = place.Child("delete");
    reader.Require(here, "key", "say which key is deleted");
    CheckSizes(here, reader, text.delete_().key(), "");
    Write write;
    write.mutations.push_back(
        {.kind = MutationKind::kDelete, .key = text.delete_().key()});
    return AddAsk(here, reader, when, std::move(write));
  }
  if (text.has_get()) {
    const Place here = place.Child("get");
    reader.Require(here, "key", "say which key is read");
    return AddAsk(here, reader, when, Get{.key = text.get().key()});
  }
  AddAsk(place.Child("list"), reader, when,
         List{.prefix = text.list().prefix(), .limit = text.list().limit()});
}

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
  if (!reader.ok()) return;
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
    message.instance = reader.Instance(here, "instance");
  }
  FillIn(here, text, reader, message);
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
    reader.plan().actions.push_back({when, Say{by, node, message}});
  }
}

void ReadPartition(const Place& here, const When& when, bool begins,
                   Reader& reader) {
  const NodeSet side = reader.Nodes(here, "side", "", NodeSet());
  if (reader.ok() && (side.empty() || side == reader.all())) {
    reader.Fail(here.Error("side",
                           "a partition has some nodes on one side and "
                           "some on the other"));
  }
  const auto opens = [side](const Action& action) {
    const Partition* partition = std::get_if<Partition>(&action.deed);
    return partition != nullptr && partition->begins && partition->side == side;
  };
  const std::vector<Action>& actions = reader.plan().actions;
  if (reader.ok() && !begins &&
      std::none_of(actions.begin(), actions.end(), opens)) {
    reader.Fail(
        here.Error("side", absl::StrCat("no `partition` above has ",
                                        Describe(side), " on one side")));
  }
  reader.plan().actions.push_back({when, Partition{side, begins}});
}

// World ignores these once the faults have ended.
void CheckBeforeHealing(const Place& here, const When& when, Reader& reader) {
  if (!reader.ok() || when.after.has_value()) return;
  if (when.at < reader.plan().heal_at) return;
  reader.Fail(
      here.Error("when", "faults end at `heal_at`: set that later than this"));
}

void ReadCrash(const Place& place, const Text::Crash& text, const When& when,
               Reader& reader) {
  CheckBeforeHealing(place, when, reader);
  const NodeId node = reader.Honest(place.Child("crash"), "node");
  if (text.for_good()) reader.plan().dead.Insert(node);
  reader.plan().actions.push_back(
      {when, Crash{node, text.keeps(), text.for_good()}});
}

void ReadAction(const Place& place, const Text& text, Reader& reader) {
  const When when = reader.Moment(place, "when");
  if (!reader.ok()) return;
  switch (text.deed_case()) {
    case Text::kPut:
    case Text::kDelete:
    case Text::kGet:
    case Text::kList:
      return ReadAsk(place, text, when, reader);
    case Text::kCrash:
      return ReadCrash(place, text.crash(), when, reader);
    case Text::kRestart: {
      const NodeId node = reader.Honest(place.Child("restart"), "node");
      reader.plan().actions.push_back({when, Restart{node}});
      return;
    }
    case Text::kSay:
      return ReadSay(place.Child("say"), text.say(), when, reader);
    case Text::kEquivocate: {
      const Place here = place.Child("equivocate");
      const NodeId by = reader.Node(here, "by");
      if (reader.ok() && !reader.plan().liars.Contains(by)) {
        reader.Fail(here.Error("by", absl::StrCat(Describe(by),
                                                  " is no liar: name it in the "
                                                  "scenario's `liars` first")));
      }
      reader.plan().actions.push_back({when, Equivocate{by}});
      return;
    }
    case Text::kPartition:
      CheckBeforeHealing(place, when, reader);
      return ReadPartition(place.Child("partition"), when, true, reader);
    case Text::kMend:
      return ReadPartition(place.Child("mend"), when, false, reader);
    case Text::DEED_NOT_SET:
      reader.Fail(place.Error("when",
                              "nothing happens then: give the action a "
                              "`put`, `crash`, `say`, …"));
  }
}

}  // namespace

void ReadActions(const Place& place, const scenario::Scenario& text,
                 Reader& reader) {
  for (int i = 0; reader.ok() && i < text.action_size(); ++i) {
    ReadAction(place.Child("action", i), text.action(i), reader);
  }
}

}  // namespace distdb::sim
