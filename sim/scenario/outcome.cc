#include "sim/scenario/outcome.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/store/batch.h"
#include "sim/checkers/describe.h"
#include "sim/narration/phrases.h"

namespace distdb::sim {
namespace {

// The part of `violated:P` that says what happened.
std::string ResultOf(const std::optional<Violation>& violation) {
  if (!violation.has_value()) return "all properties held";
  return absl::StrCat(PropertyName(violation->property), " broke (",
                      violation->what, ")");
}

std::string EntriesPhrase(const std::map<std::string, std::string>& entries) {
  std::string text = "{";
  for (const auto& [key, value] : entries) {
    absl::StrAppend(&text, text.size() > 1 ? ", " : "", Excerpt(key), " = ",
                    Excerpt(value));
  }
  return text + "}";
}

std::string ValuePhrase(const std::optional<std::string>& value) {
  return value.has_value() ? absl::StrCat("\"", Excerpt(*value), "\"") : "nil";
}

}  // namespace

void Outcome::Deliver(Time at, NodeId node, const InstanceId& id,
                      const Payload& payload) {
  const Delivered delivered{payload, at};
  if (!delivered_[node.value()].emplace(id, delivered).second) return;
  const absl::StatusOr<BatchView> batch = DecodeBatch(payload.bytes());
  if (batch.ok()) stores_[node.value()].Apply(id, *batch);
}

void Outcome::OnStep(Time at, NodeId node, const Event&,
                     const Effects& effects) {
  for (const Delivery& delivery : effects.delivered) {
    Deliver(at, node, delivery.instance, delivery.payload);
  }
  for (const Fault& fault : effects.faults) {
    convictions_.push_back({node, fault.node, fault.kind});
  }
}

void Outcome::OnReply(Time, NodeId, const Reply& reply) {
  replies_.emplace(reply.request, reply);
}

void Outcome::OnStart(Time at, NodeId node, absl::Span<const Record> records) {
  // By digest: a DELIVERED record may lean on the ECHO that has the payload.
  std::map<std::pair<InstanceId, Digest>, Payload> echoed;
  for (const Record& record : records) {
    const std::pair<InstanceId, Digest> key(record.instance, record.digest);
    if (record.kind == RecordKind::kEcho) echoed[key] = record.payload;
    if (record.kind == RecordKind::kApplied) {
      Deliver(at, node, record.instance, record.payload);
    }
    if (record.kind != RecordKind::kDelivered) continue;
    Deliver(at, node, record.instance,
            record.payload.has_value() ? record.payload : echoed[key]);
  }
}

std::vector<std::string> Outcome::Missed(
    const Scenario& scenario, const std::optional<Violation>& violation) const {
  const Expectations& expect = scenario.expect;
  std::vector<std::string> missed;
  const auto add = [&missed](std::string what) {
    if (!what.empty()) missed.push_back(std::move(what));
  };
  const std::optional<Property> broken =
      violation.has_value() ? std::optional(violation->property) : std::nullopt;
  if (broken != expect.violated) {
    add(absl::StrCat(
        "expected ",
        expect.violated.has_value()
            ? absl::StrCat(PropertyName(*expect.violated), " to break")
            : "all properties to hold",
        ", and ", ResultOf(violation)));
  }
  for (const auto& expected : expect.delivered) add(Judge(scenario, expected));
  for (const auto& expected : expect.stores) add(Judge(expected));
  for (const auto& expected : expect.convicted) add(Judge(expected));
  for (const auto& expected : expect.answers) add(Judge(expected));
  return missed;
}

std::string Outcome::Judge(const Scenario& scenario,
                           const ExpectedDelivery& expected) const {
  NodeSet by;
  std::vector<std::string> at_another_moment;
  for (size_t i = 0; i < delivered_.size(); ++i) {
    const auto found = delivered_[i].find(expected.instance);
    if (found == delivered_[i].end()) continue;
    const auto& [payload, at] = found->second;
    const bool is_value =
        expected.value.empty() || scenario.values.at(expected.value) == payload;
    if (!is_value) continue;
    const NodeId node(static_cast<uint32_t>(i));
    by.Insert(node);
    if (!expected.at.has_value() || at == *expected.at) continue;
    at_another_moment.push_back(
        absl::StrCat(Describe(node), " at ", Milliseconds(at), " ms"));
  }
  const std::string what = absl::StrCat(
      "expected ", NodeNames(expected.by), " to deliver ",
      InstanceName(expected.instance),
      expected.value.empty() ? "" : absl::StrCat(" as ", expected.value));
  if (by != expected.by) {
    return absl::StrCat(what, ", and ", NodeNames(by), " did");
  }
  if (at_another_moment.empty()) return "";
  return absl::StrCat(what, " at ", Milliseconds(*expected.at), " ms",
                      ", and it was ", absl::StrJoin(at_another_moment, ", "));
}

std::string Outcome::Judge(const ExpectedStore& expected) const {
  std::map<std::string, std::string> entries;
  for (const auto& [key, entry] : stores_[expected.node.value()].entries()) {
    if (!entry.deleted) entries[key] = entry.value;
  }
  if (entries == expected.entries) return "";
  return absl::StrCat("expected ", Describe(expected.node), " to hold ",
                      EntriesPhrase(expected.entries), ", and it holds ",
                      EntriesPhrase(entries));
}

std::string Outcome::Judge(const ExpectedConviction& expected) const {
  NodeSet by;
  for (const Conviction& conviction : convictions_) {
    const bool is_it =
        conviction.node == expected.node &&
        (!expected.fault.has_value() || *expected.fault == conviction.kind);
    if (is_it) by.Insert(conviction.by);
  }
  if (!by.empty() && (by & expected.by) == expected.by) return "";
  return absl::StrCat(
      "expected ", expected.by.empty() ? "someone" : NodeNames(expected.by),
      " to convict ", Describe(expected.node), " of ",
      expected.fault.has_value() ? FaultKindName(*expected.fault) : "a fault",
      ", and ", NodeNames(by), " did");
}

std::string Outcome::Judge(const ExpectedAnswer& expected) const {
  const std::string wanted = expected.status.has_value()
                                 ? absl::StatusCodeToString(*expected.status)
                                 : "no answer";
  const auto found = replies_.find(expected.request);
  if (found == replies_.end()) {
    if (!expected.status.has_value()) return "";
    return absl::StrCat("expected ", wanted, " for ", expected.id,
                        ", and it was not answered");
  }
  const Reply& reply = found->second;
  if (!expected.status.has_value() || *expected.status != reply.status.code()) {
    return absl::StrCat("expected ", wanted, " for ", expected.id,
                        ", and the answer was ", ReplyPhrase(reply));
  }
  if (!expected.looks_at_value) return "";
  const std::optional<std::string> value =
      reply.entries.empty() ? std::nullopt
                            : std::optional(reply.entries.front().value);
  if (value == expected.value) return "";
  return absl::StrCat("expected ", ValuePhrase(expected.value), " for ",
                      expected.id, ", and it was ", ValuePhrase(value));
}

}  // namespace distdb::sim
