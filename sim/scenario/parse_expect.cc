// What a scenario file expects of its run.

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/quorum.h"
#include "sim/checkers/describe.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/words.h"

namespace distdb::sim {
namespace {

using Text = scenario::Expect;

absl::StatusOr<Property> ReadProperty(absl::string_view word) {
  std::vector<absl::string_view> names;
  for (const Property property : kAllProperties) {
    if (PropertyName(property) == word) return property;
    names.push_back(PropertyName(property));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "no property is called \"", word, "\"", Suggest(word, names)));
}

absl::StatusOr<absl::StatusCode> ReadStatusCode(absl::string_view word) {
  std::vector<std::string> names;
  for (int code = 0; code <= 16; ++code) {
    names.push_back(
        absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
    if (names.back() == word) return static_cast<absl::StatusCode>(code);
  }
  names.push_back("none");
  return absl::InvalidArgumentError(absl::StrCat(
      "no status is called \"", word, "\"",
      Suggest(word,
              std::vector<absl::string_view>(names.begin(), names.end()))));
}

void ReadDelivered(const Place& here, const Text::Delivered& text,
                   Reader& reader) {
  ExpectedDelivery expected;
  expected.instance = reader.Instance(here, "instance");
  expected.value = text.value();
  const auto& values = reader.scenario.values;
  if (reader.ok() && text.has_value() && !values.contains(text.value())) {
    std::vector<absl::string_view> names;
    for (const auto& [name, unused] : values) names.push_back(name);
    reader.Fail(
        here.Error("value", absl::StrCat("no value is called \"", text.value(),
                                         "\"", Suggest(text.value(), names))));
  }
  expected.by = reader.Nodes(here, "by", "all", reader.plan().Correct());
  if (reader.ok() && !(expected.by & reader.plan().liars).empty()) {
    reader.Fail(here.Error("by", 0, "a liar delivers nothing"));
  }
  if (text.has_at()) {
    expected.at = Time(reader.Length(here, "at"));
    if (reader.ok() && expected.by.empty()) {
      reader.Fail(here.Error("at", "nobody is to deliver it, at any moment"));
    }
  }
  reader.scenario.expect.delivered.push_back(std::move(expected));
}

void ReadStore(const Place& here, const Text::Store& text, Reader& reader) {
  const NodeSet nodes =
      reader.Nodes(here, "node", "all", reader.plan().Correct());
  if (reader.ok() && nodes.empty()) {
    reader.Fail(here.Error("node", "`node` is missing: say whose store"));
  }
  if (reader.ok() && !(nodes & reader.plan().liars).empty()) {
    reader.Fail(here.Error("node", 0, "a liar has no store"));
  }
  std::map<std::string, std::string> entries;
  for (const Text::Entry& entry : text.entry()) {
    entries[entry.key()] = entry.value();
  }
  for (const NodeId node : nodes) {
    reader.scenario.expect.stores.push_back({node, entries});
  }
}

void ReadConvicted(const Place& here, const Text::Convicted& text,
                   Reader& reader) {
  ExpectedConviction expected;
  expected.node = reader.Node(here, "node");
  if (text.fault() != Text::Convicted::ANY_FAULT) {
    expected.fault = FaultKind{static_cast<uint8_t>(text.fault())};
  }
  expected.by = reader.Nodes(here, "by", "all", reader.plan().Correct());
  reader.scenario.expect.convicted.push_back(expected);
}

void ReadAnswer(const Place& here, const Text::Answer& text, Reader& reader) {
  reader.Require(here, "to", "name the operation by its id");
  const auto& requests = reader.scenario.requests;
  const auto found = requests.find(text.to());
  if (reader.ok() && found == requests.end()) {
    std::vector<absl::string_view> ids;
    for (const auto& [id, unused] : requests) ids.push_back(id);
    reader.Fail(
        here.Error("to", absl::StrCat("no operation is called \"", text.to(),
                                      "\"", Suggest(text.to(), ids))));
  }
  if (reader.ok() && text.has_value() && text.nil()) {
    reader.Fail(here.Error("nil", "give `value` or `nil`, not both"));
  }
  if (!reader.ok()) return;
  ExpectedAnswer expected{.id = text.to(), .request = found->second};
  if (text.status() != "none") {
    expected.status =
        reader.Take(here, "status", -1, ReadStatusCode(text.status()));
  }
  expected.looks_at_value = text.has_value() || text.nil();
  if (text.has_value()) expected.value = text.value();
  reader.scenario.expect.answers.push_back(std::move(expected));
}

// Beyond its budget of faults a cluster promises nothing.
void CheckBudget(const Place& place, Reader& reader) {
  const Plan& plan = reader.plan();
  if (!reader.ok() || plan.config.mode != Mode::kBracha ||
      reader.scenario.expect.violated.has_value()) {
    return;
  }
  NodeSet faulty = plan.liars | plan.dead | plan.amnesiacs | plan.false_clocks;
  for (const LeftOut& out : plan.left_out) faulty.Insert(out.node);
  const int budget = FaultBudget(plan.nodes());
  if (faulty.size() <= budget) return;
  reader.Fail(place.Error(
      plan.liars.empty() ? "action" : "liars", 0,
      absl::StrCat(Describe(faulty), " lie, stay down or forget, and ",
                   plan.nodes(), " nodes survive ", budget,
                   " such: expect what is `violated`, "
                   "or take more nodes")));
}

}  // namespace

void ReadExpectations(const Place& place, const scenario::Scenario& text,
                      Reader& reader) {
  if (!reader.ok()) return;
  if (!text.has_expect()) {
    return reader.Fail(
        place.Error("expect",
                    "`expect` is missing: say what must come true; `expect {}` "
                    "is that all properties hold"));
  }
  const Place here = place.Child("expect");
  const Text& expect = text.expect();
  if (expect.has_violated()) {
    reader.scenario.expect.violated =
        reader.Take(here, "violated", -1, ReadProperty(expect.violated()));
  }
  for (int i = 0; reader.ok() && i < expect.claim_size(); ++i) {
    reader.plan().also_claimed.push_back(
        reader.Take(here, "claim", i, ReadProperty(expect.claim(i))));
  }
  for (int i = 0; reader.ok() && i < expect.delivered_size(); ++i) {
    ReadDelivered(here.Child("delivered", i), expect.delivered(i), reader);
  }
  for (int i = 0; reader.ok() && i < expect.store_size(); ++i) {
    ReadStore(here.Child("store", i), expect.store(i), reader);
  }
  for (int i = 0; reader.ok() && i < expect.convicted_size(); ++i) {
    ReadConvicted(here.Child("convicted", i), expect.convicted(i), reader);
  }
  for (int i = 0; reader.ok() && i < expect.answer_size(); ++i) {
    ReadAnswer(here.Child("answer", i), expect.answer(i), reader);
  }
  CheckBudget(place, reader);
}

}  // namespace distdb::sim
