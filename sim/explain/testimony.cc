#include "sim/explain/testimony.h"

#include <set>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/narration/phrases.h"

namespace distdb::sim {

std::string PropertyPhrase(Property property) {
  switch (property) {
    case Property::kAgreement:
      return "no two honest nodes deliver different values in one instance";
    case Property::kValidity:
      return "what a correct node proposes, and every write answered OK, "
             "arrives everywhere";
    case Property::kIntegrity:
      return "an honest node delivers each instance once, in order, and from "
             "an honest origin only what that proposed";
    case Property::kTotality:
      return "what one honest node delivers, all correct ones do";
    case Property::kNoFalseConviction:
      return "nobody finds an honest node guilty";
    case Property::kConvergence:
      return "in the end all correct nodes store the same";
    case Property::kReadYourWrites:
      return "a read that asks for a write sees it";
    case Property::kLiveness:
      return "every request is answered, and after the healing every write "
             "succeeds";
    case Property::kCrash:
      return "no check inside a replica fails";
    case Property::kHang:
      return "a run comes to an end";
    case Property::kNondeterminism:
      return "two runs of a seed are the same";
    case Property::kMemoryBound:
      return "no replica holds more in memory than its configuration allows";
    case Property::kWindowRespected:
      return "no honest node sends what lies beyond its peer's window";
  }
  return "?";
}

Testimony::Testimony(const Plan* plan, ValueNames names)
    : plan_(*plan),
      names_(std::move(names)),
      seen_(static_cast<size_t>(plan->nodes())) {}

void Testimony::OnStep(Time at, NodeId node, const Event& event,
                       const Effects& effects) {
  if (const Receive* receive = std::get_if<Receive>(&event)) {
    const Message& message = receive->message;
    if (CarriesDigest(message.kind) || CarriesPayload(message.kind)) {
      SeenBy(node, message.instance)
          .votes[{message.kind, names_.Name(message)}]
          .Insert(receive->from);
    }
  }
  for (const Record& record : effects.persist) NoteRecord(node, record);
  for (const Delivery& delivery : effects.delivered) {
    SeenBy(node, delivery.instance).delivered = {
        names_.Name(delivery.instance, delivery.payload), at};
  }
}

void Testimony::NoteRecord(NodeId node, const Record& record) {
  const auto note = [&](MessageKind kind) {
    SeenBy(node, record.instance)
        .votes[{kind, names_.Name(record.instance, record.digest)}]
        .Insert(node);
  };
  if (record.kind == RecordKind::kEcho) note(MessageKind::kEcho);
  if (record.kind == RecordKind::kReady) note(MessageKind::kReady);
}

void Testimony::OnStart(Time at, NodeId node,
                        absl::Span<const Record> records) {
  // What it had heard is gone; what it had voted is on its disk.
  seen_[node.value()].clear();
  for (const Record& record : records) {
    NoteRecord(node, record);
    if (record.kind != RecordKind::kDelivered) continue;
    SeenBy(node, record.instance).delivered = {
        names_.Name(record.instance, record.digest), at};
  }
}

std::vector<NodeId> Testimony::Parties(const Violation& violation) {
  const NodeSet all = NodeSet::FirstN(plan_.nodes());
  std::set<std::string> told;
  std::vector<NodeId> parties;
  for (const NodeSet nodes :
       {violation.nodes & plan_.Honest(), plan_.Honest() & all}) {
    for (const NodeId node : nodes) {
      const Seen& seen = SeenBy(node, *violation.instance);
      // Two who delivered are what it takes.
      const bool is_aside = violation.property == Property::kAgreement &&
                            !seen.delivered.has_value();
      if (is_aside) continue;
      const std::string value =
          seen.delivered.has_value() ? seen.delivered->value : "";
      if (told.insert(value).second) parties.push_back(node);
    }
  }
  return parties;
}

std::string Testimony::TellOf(NodeId node, const InstanceId& id) {
  const Seen& seen = SeenBy(node, id);
  std::string text = absl::StrCat("  ", NodeNames(NodeSet::Of(node)));
  if (seen.delivered.has_value()) {
    absl::StrAppend(&text, " delivered ", seen.delivered->value, " at ",
                    Milliseconds(seen.delivered->at), " ms");
  } else {
    text += " never delivered it";
  }
  std::vector<std::string> votes;
  for (const auto& [what, who] : seen.votes) {
    const auto& [kind, value] = what;
    votes.push_back(absl::StrCat(MessageKindName(kind), " ", value, " of ",
                                 NodeNames(who)));
  }
  return absl::StrCat(
      text,
      votes.empty() ? ", and heard nothing of it" : ", and had seen\n    ",
      absl::StrJoin(votes, ", "), ".\n");
}

std::string Testimony::Explain(const Violation& violation) {
  std::string text =
      absl::StrCat(PropertyName(violation.property), " says that ",
                   PropertyPhrase(violation.property), ".\n");
  if (violation.instance.has_value()) {
    const InstanceId& id = *violation.instance;
    absl::StrAppend(&text, "In ", InstanceName(id), ", the instance of ",
                    NodeNames(NodeSet::Of(id.origin)), " with number ",
                    id.seq.value(), ":\n");
    for (const NodeId node : Parties(violation)) {
      absl::StrAppend(&text, TellOf(node, id));
    }
  }
  if (!plan_.liars.empty()) {
    absl::StrAppend(&text, NodeNames(plan_.liars),
                    plan_.liars.size() == 1 ? " lies.\n" : " lie.\n");
  }
  return text;
}

}  // namespace distdb::sim
