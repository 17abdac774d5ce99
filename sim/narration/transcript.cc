#include "sim/narration/transcript.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/check.h"
#include "core/quorum.h"
#include "sim/checkers/describe.h"
#include "sim/narration/phrases.h"

namespace distdb::sim {
namespace {

Quorums QuorumsOf(const Plan& plan) {
  absl::StatusOr<Quorums> quorums =
      ComputeQuorums(plan.nodes(), plan.config.quorum_policy);
  DISTDB_CHECK(quorums.ok(), "a plan's cluster is possible");
  return *quorums;
}

// Whether anything ends when the faults from outside do.
bool HasFaults(const Plan& plan) {
  for (const Action& action : plan.actions) {
    if (std::holds_alternative<Crash>(action.deed) ||
        std::holds_alternative<Partition>(action.deed)) {
      return true;
    }
  }
  return !plan.rules.empty() || plan.network.loss_per_mille > 0 ||
         plan.network.duplicate_per_mille > 0 || plan.crash.count_max > 0;
}

std::string Since(const std::optional<Reason>& reason) {
  if (!reason.has_value()) return "";
  return absl::StrCat("   since ", MessageKindName(reason->votes), " of ",
                      NodeNames(reason->of));
}

}  // namespace

Transcript::Transcript(const Plan* plan, ValueNames names, uint64_t lines_max,
                       const Focus& focus)
    : plan_(plan),
      names_(std::move(names)),
      ledger_(QuorumsOf(*plan)),
      lines_max_(lines_max),
      focus_(focus) {}

void Transcript::Line(Time at, absl::string_view text) {
  Flush();
  if (healed_.has_value()) {
    const Time healed = *std::exchange(healed_, std::nullopt);
    Line(healed, "from here on nothing fails");
  }
  if (lines_++ >= lines_max_) return;
  if (at == last_at_) {
    absl::StrAppend(&text_, "              ", text, "\n");
  } else {
    absl::StrAppend(&text_, absl::StrFormat("%9s ms  ", Milliseconds(at)), text,
                    "\n");
  }
  last_at_ = at;
}

void Transcript::Flush() {
  if (!starting_.empty()) {
    const NodeSet starting = std::exchange(starting_, NodeSet());
    const bool one = starting.size() == 1;
    Line(Time(0),
         absl::StrCat(NodeNames(starting), one ? " starts" : " start"));
  }
  if (saying_.has_value()) {
    const Saying saying = *std::move(saying_);
    saying_.reset();
    Line(saying.at,
         absl::StrCat(saying.lead, " -> ", absl::StrJoin(saying.receivers, " "),
                      saying.tail));
  }
}

void Transcript::OnStep(Time at, NodeId node, const Event& event,
                        const Effects& effects) {
  events_.NoteStep();
  const bool is_shown = focus_.Shows(node) && IsCovered(at);
  const Request* request = std::get_if<Request>(&event);
  if (is_shown && request != nullptr && focus_.ShowsRequests(node)) {
    Line(at, absl::StrCat("client asks ", Describe(node), ": ",
                          CommandPhrase(request->command)));
  }
  ledger_.OnStep(node, event, effects);
  if (!is_shown) return;
  for (const Fault& fault : effects.faults) {
    if (!focus_.Shows(fault.instance)) continue;
    std::string line = absl::StrCat(
        Describe(node), " convicts ", Describe(fault.node), ": ",
        FaultKindName(fault.kind), " in ", InstanceName(fault.instance));
    if (fault.second != Digest()) {
      absl::StrAppend(&line, ", ", names_.Name(fault.instance, fault.first),
                      " and ", names_.Name(fault.instance, fault.second));
    }
    Line(at, line);
  }
  for (const Delivery& delivery : effects.delivered) {
    const InstanceId& id = delivery.instance;
    if (!focus_.Shows(id)) continue;
    Line(at, absl::StrCat(Describe(node), " delivers ", InstanceName(id), " = ",
                          names_.Name(id, delivery.digest),
                          Since(ledger_.WhyDelivered(node, id))));
  }
}

bool Transcript::IsChatter(const Passage& passage, const Message& message) {
  if (passage.lie) return false;
  if (message.kind == MessageKind::kHello) return true;
  return message.kind == MessageKind::kWatermark &&
         message.instance.seq == Seq(0);
}

void Transcript::OnPassage(Time at, const Passage& passage,
                           const Message& message) {
  // Of what came without having been sent (in a recording) this is all there
  // is.
  const bool was_told = passage.fate == Fate::kReceived && passage.transit != 0;
  if (was_told || IsChatter(passage, message)) return;
  std::string lead =
      absl::StrCat(Describe(passage.from), passage.lie ? " lies: " : " ",
                   MessagePhrase(message, names_));
  if (!focus_.Shows(passage, message) || !IsCovered(at)) return;
  const bool was_under_way =
      passage.fate == Fate::kToCrashed ||
      (passage.fate == Fate::kCut && passage.transit != 0);
  if (was_under_way) {
    return Say(at, std::move(lead),
               passage.fate == Fate::kCut ? "   is cut on its way"
                                          : "   is lost with its channel",
               Describe(passage.to));
  }
  if (passage.fate == Fate::kDuplicated) {
    if (saying_.has_value()) {
      absl::StrAppend(&saying_->receivers.back(), " (twice)");
    }
    return;
  }
  const uint64_t before = said_[{passage.from, passage.to, message.kind,
                                 message.instance, names_.Name(message)}]++;
  const bool says_nothing_new =
      message.kind == MessageKind::kWatermark && before > 0 && !passage.lie;
  if (before >= 2 || says_nothing_new) {
    ++repeats_;
    return;
  }
  if (before > 0) absl::StrAppend(&lead, " again");
  Say(at, std::move(lead), before > 0 ? "" : Remark(passage, message),
      Receiver(at, passage));
}

void Transcript::Say(Time at, std::string lead, std::string tail,
                     std::string receiver) {
  const bool goes_on = saying_.has_value() && saying_->at == at &&
                       saying_->lead == lead && saying_->tail == tail;
  if (!goes_on) {
    Flush();
    saying_ =
        Saying{.at = at, .lead = std::move(lead), .tail = std::move(tail)};
  }
  saying_->receivers.push_back(std::move(receiver));
}

std::string Transcript::Remark(const Passage& passage, const Message& message) {
  if (CarriesPayload(message.kind)) {
    return absl::StrCat("   [", PayloadPhrase(message.payload.bytes()), "]");
  }
  if (message.kind == MessageKind::kReady && !passage.lie) {
    return Since(ledger_.WhyReady(passage.from, message.instance));
  }
  return "";
}

std::string Transcript::Receiver(Time at, const Passage& passage) const {
  const std::string name = Describe(passage.to);
  switch (passage.fate) {
    case Fate::kLost:
      return absl::StrCat(name, " (lost)");
    case Fate::kCut:
      return absl::StrCat(name, " (cut)");
    case Fate::kChannelDown:
      return absl::StrCat(name, " (down)");
    default:
      break;
  }
  const size_t n = static_cast<size_t>(plan_->nodes());
  const Duration link =
      plan_->network.link_delay[passage.from.value() * n + passage.to.value()];
  if (passage.arrives - at == link) return name;
  return absl::StrCat(name, " (at ", Milliseconds(passage.arrives), ")");
}

void Transcript::OnReply(Time at, NodeId node, const Reply& reply) {
  if (!focus_.Shows(node, reply) || !IsCovered(at)) return;
  Line(at, absl::StrCat(Describe(node), " answers: ", ReplyPhrase(reply)));
}

void Transcript::OnStart(Time at, NodeId node,
                         absl::Span<const Record> records) {
  ledger_.OnStart(node, records);
  const bool is_first = !started_.Contains(node) && records.empty();
  started_.Insert(node);
  if (!focus_.Shows(node) || !IsCovered(at)) return;
  if (is_first && at == Time(0)) return starting_.Insert(node);
  if (is_first) return Line(at, absl::StrCat(Describe(node), " joins"));
  std::vector<std::string> held;
  for (const Record& record : records) {
    held.push_back(RecordPhrase(record, names_));
  }
  Line(at, absl::StrCat(Describe(node), " restarts with ",
                        held.empty() ? "nothing" : absl::StrJoin(held, " ")));
}

void Transcript::OnCrash(Time at, NodeId node, Token lost_from) {
  std::vector<std::string> lost;
  for (const Record& record : ledger_.OnCrash(node, lost_from)) {
    lost.push_back(RecordPhrase(record, names_));
  }
  if (!focus_.Shows(node) || !IsCovered(at)) return;
  Line(at, absl::StrCat(Describe(node), " crashes",
                        lost.empty() ? "" : " and loses its ",
                        absl::StrJoin(lost, " ")));
}

void Transcript::OnPartition(Time at, NodeSet side, bool begins, bool one_way) {
  if (!IsCovered(at)) return;
  const NodeSet rest(NodeSet::FirstN(plan_->nodes()).bits() & ~side.bits());
  Line(at, absl::StrCat("a partition ", begins ? "begins" : "ends", ": ",
                        NodeNames(side), one_way ? " -/-> " : " | ",
                        NodeNames(rest)));
}

void Transcript::OnHeal(Time at) {
  if (!HasFaults(*plan_) || !IsCovered(at)) return;
  Flush();
  healed_ = at;
}

std::string Transcript::Text() {
  Flush();
  std::string text = text_;
  if (lines_ > lines_max_) {
    absl::StrAppend(&text, "… and ", lines_ - lines_max_, " more lines\n");
  }
  if (repeats_ > 0) {
    absl::StrAppend(&text, "(", repeats_,
                    repeats_ == 1 ? " repetition is" : " repetitions are",
                    " left out)\n");
  }
  return text;
}

}  // namespace distdb::sim
