#include "sim/narration/chronicle.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/quorum.h"
#include "sim/checkers/describe.h"
#include "sim/narration/phrases.h"

namespace distdb::sim {
namespace {

using Kind = Happening::Kind;

Quorums QuorumsOf(const Plan& plan) {
  absl::StatusOr<Quorums> quorums =
      ComputeQuorums(plan.nodes(), plan.config.quorum_policy);
  DISTDB_CHECK(quorums.ok(), "a plan's cluster is possible");
  return *quorums;
}

std::string Since(const std::optional<Reason>& reason) {
  if (!reason.has_value()) return "";
  return absl::StrCat("   since ", MessageKindName(reason->votes), " of ",
                      NodeNames(reason->of));
}

// Instances are few: a sorted vector.
void NoteInstance(const InstanceId& id, std::vector<InstanceId>& instances) {
  if (id.seq == Seq(0)) return;
  const auto place = std::lower_bound(instances.begin(), instances.end(), id);
  if (place == instances.end() || *place != id) instances.insert(place, id);
}

}  // namespace

absl::string_view HappeningKindName(Kind kind) {
  static constexpr absl::string_view kNames[] = {
      "tick",      "receive",   "request",        "persisted",
      "disk full", "loaded",    "read failed",    "peer up",
      "peer down", "start",     "restart",        "join",
      "crash",     "lie",       "liar hears",     "leaves",
      "reply",     "partition", "partition ends", "faults end"};
  static_assert(std::size(kNames) == static_cast<size_t>(Kind::kHeal) + 1);
  return kNames[static_cast<size_t>(kind)];
}

Chronicle::Chronicle(const Plan* plan, ValueNames names, const Focus& focus,
                     size_t happenings_max)
    : plan_(plan),
      names_(std::move(names)),
      ledger_(QuorumsOf(*plan)),
      focus_(focus),
      happenings_max_(happenings_max),
      base_(static_cast<size_t>(plan->nodes())),
      state_(base_.size()),
      last_(base_.size(), Crossing::kNone),
      unsynced_(base_.size()) {}

Happening& Chronicle::Add(Kind kind, Time at, std::optional<NodeId> node,
                          std::string text) {
  if (happenings_.size() == happenings_max_) LetGoOfOldest();
  if (node.has_value()) last_[node->value()] = next();
  Happening& happening = happenings_.emplace_back();
  happening.kind = kind;
  happening.at = at;
  happening.node = node;
  happening.text = std::move(text);
  return happening;
}

void Chronicle::LetGoOfOldest() {
  const Happening& oldest = happenings_.front();
  if (oldest.node.has_value()) {
    Apply(oldest.changes, base_[oldest.node->value()]);
  }
  happenings_.pop_front();
  ++first_;
  const auto is_gone = [this](uint64_t happening) {
    return happening == Crossing::kNone || happening < first_;
  };
  while (!crossings_.empty() && crossings_.front().fate != Fate::kSent &&
         is_gone(crossings_.front().said_by) &&
         is_gone(crossings_.front().heard_by)) {
    crossings_.pop_front();
    ++first_crossing_;
  }
}

void Chronicle::NoteState(NodeId node, Happening* happening) {
  const Replica* replica =
      replicas_ == nullptr ? nullptr : replicas_->replica(node);
  StateLines now;
  if (replica != nullptr) now = DescribeState(*replica, names_);
  StateLines& state = state_[node.value()];
  if (happening != nullptr) {
    happening->changes = Changes(state, now);
  } else {
    base_[node.value()] = now;
  }
  state = std::move(now);
}

void Chronicle::Describe(const Event& event, NodeId node,
                         Happening& happening) {
  std::string& text = happening.text;
  if (const auto* receive = std::get_if<Receive>(&event)) {
    text = absl::StrCat("hears ", MessagePhrase(receive->message, names_),
                        " from ", sim::Describe(receive->from));
    NoteInstance(receive->message.instance, happening.instances);
  } else if (const auto* request = std::get_if<Request>(&event)) {
    text = absl::StrCat("is asked: ", CommandPhrase(request->command));
  } else if (const auto* persisted = std::get_if<Persisted>(&event)) {
    text =
        absl::StrCat("has on disk all up to record ", persisted->token.value());
    const std::map<Token, InstanceId>& unsynced = unsynced_[node.value()];
    for (const auto& [token, instance] : unsynced) {
      if (token > persisted->token) break;
      NoteInstance(instance, happening.instances);
    }
  } else if (const auto* failed = std::get_if<PersistFailed>(&event)) {
    text = absl::StrCat("its disk refuses all from record ",
                        failed->token.value(), " on: ", failed->why);
  } else if (const auto* loaded = std::get_if<Loaded>(&event)) {
    text = absl::StrCat("has read back ", RecordPhrase(loaded->record, names_));
    NoteInstance(loaded->record.instance, happening.instances);
  } else if (const auto* unread = std::get_if<LoadFailed>(&event)) {
    text = absl::StrCat("cannot read back record ", unread->token.value(), ": ",
                        unread->why);
  } else if (const auto* up = std::get_if<PeerUp>(&event)) {
    text = absl::StrCat("has a channel to ", sim::Describe(up->peer));
  } else if (const auto* down = std::get_if<PeerDown>(&event)) {
    text = absl::StrCat("has no channel to ", sim::Describe(down->peer));
  } else {
    text = "ticks";
  }
}

void Chronicle::DescribeEffects(NodeId node, const Effects& effects,
                                Happening& happening) {
  const auto tell = [&](absl::string_view what, absl::string_view rest) {
    happening.effects.push_back(absl::StrCat(what, rest));
  };
  for (const Record& record : effects.persist) {
    if (!IsOfSnapshot(record.kind)) {
      NoteInstance(record.instance, happening.instances);
    }
    const bool readies = record.kind == RecordKind::kReady;
    tell("to disk: ",
         absl::StrCat(
             RecordPhrase(record, names_),
             readies ? Since(ledger_.WhyReady(node, record.instance)) : ""));
  }
  const auto say = [&](absl::string_view when, const Envelope& envelope) {
    NoteInstance(envelope.message.instance, happening.instances);
    tell(when, absl::StrCat(MessagePhrase(envelope.message, names_), " -> ",
                            NodeNames(envelope.to)));
  };
  for (const Envelope& envelope : effects.send) say("says: ", envelope);
  for (const Envelope& envelope : effects.send_after_persist) {
    say("says once on disk: ", envelope);
  }
  for (const Token token : effects.load) {
    tell("reads back record ", absl::StrCat(token.value()));
  }
  for (const Reply& reply : effects.replies) {
    tell("answers: ", ReplyPhrase(reply));
  }
  for (const Reply& reply : effects.replies_after_persist) {
    tell("answers once on disk: ", ReplyPhrase(reply));
  }
  for (const Delivery& delivery : effects.delivered) {
    const InstanceId& id = delivery.instance;
    NoteInstance(id, happening.instances);
    happening.delivered.push_back(id);
    happening.deliveries.push_back(absl::StrCat(
        InstanceName(id), " = ", names_.Name(id, delivery.digest)));
    tell("delivers ", absl::StrCat(happening.deliveries.back(),
                                   Since(ledger_.WhyDelivered(node, id))));
  }
  for (const Fault& fault : effects.faults) {
    happening.convicts = true;
    NoteInstance(fault.instance, happening.instances);
    std::string proof;
    if (fault.second != Digest()) {
      proof = absl::StrCat(", ", names_.Name(fault.instance, fault.first),
                           " and ", names_.Name(fault.instance, fault.second));
    }
    tell("convicts ", absl::StrCat(sim::Describe(fault.node), ": ",
                                   FaultKindName(fault.kind), " in ",
                                   InstanceName(fault.instance), proof));
  }
}

void Chronicle::NoteDisk(NodeId node, const Event& event,
                         const Effects& effects) {
  std::map<Token, InstanceId>& unsynced = unsynced_[node.value()];
  if (const auto* persisted = std::get_if<Persisted>(&event)) {
    unsynced.erase(unsynced.begin(), unsynced.upper_bound(persisted->token));
  }
  for (const Record& record : effects.persist) {
    if (IsOfSnapshot(record.kind)) continue;
    unsynced[record.token] = record.instance;
  }
}

void Chronicle::OnBegin(const Replicas& replicas) {
  replicas_ = &replicas;
  for (const NodeId node : NodeSet::FirstN(plan_->nodes())) {
    NoteState(node, nullptr);
  }
}

void Chronicle::OnStep(Time at, NodeId node, const Event& event,
                       const Effects& effects) {
  events_.NoteStep();
  ledger_.OnStep(node, event, effects);
  const std::optional<uint64_t> arriving =
      std::exchange(arriving_, std::nullopt);
  if (!IsCovered(at, events_.steps())) {
    NoteDisk(node, event, effects);
    if (!HasBegun(at)) NoteState(node, nullptr);
    return;
  }
  Happening& happening = Add(static_cast<Kind>(event.index()), at, node, "");
  happening.event = events_.steps();
  Describe(event, node, happening);
  DescribeEffects(node, effects, happening);
  NoteDisk(node, event, effects);
  NoteState(node, &happening);
  if (arriving.has_value() && *arriving >= first_crossing_) {
    crossings_[*arriving - first_crossing_].heard_by = next() - 1;
  }
}

uint64_t Chronicle::SayingOf(Time at, const Passage& passage,
                             const Message& message,
                             const std::string& phrase) {
  const uint64_t last = last_[passage.from.value()];
  std::string text = passage.lie ? absl::StrCat("lies: ", phrase)
                                 : "what waited for its disk leaves";
  if (last != Crossing::kNone && last >= first_) {
    Happening& before = happenings_[last - first_];
    // What a liar says at one moment to several is one point.
    if (before.at == at && (!passage.lie || before.text == text)) {
      if (before.kind == Kind::kLeaves) {
        NoteInstance(message.instance, before.instances);
      }
      return last;
    }
  }
  Happening& said = Add(passage.lie ? Kind::kLie : Kind::kLeaves, at,
                        passage.from, std::move(text));
  NoteInstance(message.instance, said.instances);
  return next() - 1;
}

void Chronicle::OnPassage(Time at, const Passage& passage,
                          const Message& message) {
  const bool to_replica = !plan_->liars.Contains(passage.to);
  const uint64_t event = events_.Of(passage, to_replica);
  // Names are given as values appear, also to what is not shown.
  const std::string phrase = MessagePhrase(message, names_);
  if (passage.transit != 0 &&
      (passage.fate == Fate::kReceived || passage.fate == Fate::kCut ||
       passage.fate == Fate::kToCrashed)) {
    uint64_t heard_by = Crossing::kNone;
    if (passage.fate == Fate::kReceived && !to_replica &&
        IsCovered(at, event)) {
      Happening& heard = Add(Kind::kLiarHears, at, passage.to,
                             absl::StrCat("hears ", phrase, " from ",
                                          sim::Describe(passage.from)));
      NoteInstance(message.instance, heard.instances);
      heard_by = next() - 1;
    }
    return End(at, passage, heard_by);
  }
  if (!IsCovered(at, event)) return;
  Crossing crossing;
  crossing.kind = message.kind;
  crossing.from = passage.from;
  crossing.to = passage.to;
  crossing.instance = message.instance;
  crossing.value = names_.Name(message);
  if (CarriesPayload(message.kind)) {
    crossing.content = PayloadPhrase(message.payload.bytes());
  }
  crossing.copy = passage.fate == Fate::kDuplicated;
  crossing.fate = crossing.copy ? Fate::kSent : passage.fate;
  crossing.lie = passage.lie;
  crossing.forged = passage.lie && message.kind == MessageKind::kSend &&
                    message.instance.origin != passage.from;
  crossing.said = at;
  crossing.ended = at;
  // Of what came without having been sent a recording alone can tell.
  const bool came = passage.fate == Fate::kReceived;
  if (!came) {
    crossing.said_by = SayingOf(at, passage, message, phrase);
  }
  const uint64_t number = first_crossing_ + crossings_.size();
  if (passage.transit != 0) under_way_[passage.transit] = number;
  if (came) arriving_ = number;
  crossings_.push_back(std::move(crossing));
}

void Chronicle::End(Time at, const Passage& passage, uint64_t heard_by) {
  const auto found = under_way_.find(passage.transit);
  if (found == under_way_.end()) return;
  const uint64_t number = found->second;
  under_way_.erase(found);
  if (number < first_crossing_) return;
  Crossing& crossing = crossings_[number - first_crossing_];
  crossing.fate = passage.fate;
  crossing.ended = at;
  crossing.heard_by = heard_by;
  const bool step_follows =
      passage.fate == Fate::kReceived && !plan_->liars.Contains(passage.to);
  if (step_follows) arriving_ = number;
}

void Chronicle::OnReply(Time at, NodeId node, const Reply& reply) {
  if (!IsCovered(at, events_.steps())) return;
  Happening& happening = Add(Kind::kReply, at, node,
                             absl::StrCat("answers: ", ReplyPhrase(reply)));
  NoteInstance({plan_->config.epoch, reply.token.origin, reply.token.seq},
               happening.instances);
}

void Chronicle::OnStart(Time at, NodeId node,
                        absl::Span<const Record> records) {
  ledger_.OnStart(node, records);
  const bool is_first = !started_.Contains(node) && records.empty();
  started_.Insert(node);
  if (!IsCovered(at, events_.steps())) {
    if (!HasBegun(at)) NoteState(node, nullptr);
    return;
  }
  std::vector<std::string> held;
  for (const Record& record : records) {
    held.push_back(RecordPhrase(record, names_));
  }
  const Kind kind = !is_first      ? Kind::kRestart
                    : at > Time(0) ? Kind::kJoin
                                   : Kind::kStart;
  Happening& happening = Add(
      kind, at, node,
      is_first ? std::string(HappeningKindName(kind)) + "s"
               : absl::StrCat("restarts with ", records.size(),
                              records.size() == 1 ? " record" : " records"));
  for (const std::string& record : held) {
    happening.effects.push_back(absl::StrCat("on disk: ", record));
  }
  NoteState(node, &happening);
}

void Chronicle::OnCrash(Time at, NodeId node, Token lost_from) {
  const std::vector<Record> lost = ledger_.OnCrash(node, lost_from);
  unsynced_[node.value()].clear();
  StateLines& state = state_[node.value()];
  const StateLines before = std::exchange(state, {});
  if (!IsCovered(at, events_.steps())) {
    if (!HasBegun(at)) base_[node.value()].clear();
    return;
  }
  Happening& happening =
      Add(Kind::kCrash, at, node,
          lost_from == Token(0)
              ? "crashes"
              : absl::StrCat("crashes and loses its records from ",
                             lost_from.value(), " on"));
  for (const Record& record : lost) {
    NoteInstance(record.instance, happening.instances);
    happening.effects.push_back(
        absl::StrCat("lost: ", RecordPhrase(record, names_)));
  }
  happening.changes = Changes(before, state);
}

void Chronicle::OnPartition(Time at, NodeSet side, bool begins, bool one_way) {
  if (!IsCovered(at, events_.steps())) return;
  const NodeSet rest(NodeSet::FirstN(plan_->nodes()).bits() & ~side.bits());
  Add(begins ? Kind::kPartitionBegins : Kind::kPartitionEnds, at, std::nullopt,
      absl::StrCat("a partition ", begins ? "begins" : "ends", ": ",
                   NodeNames(side), one_way ? " -/-> " : " | ",
                   NodeNames(rest)));
}

void Chronicle::OnHeal(Time at) {
  if (!IsCovered(at, events_.steps())) return;
  Add(Kind::kHeal, at, std::nullopt, "from here on nothing fails");
}

void Chronicle::Finish() {
  std::vector<Duration> transits;
  for (const Crossing& crossing : crossings_) {
    if (crossing.fate == Fate::kReceived && crossing.ended > crossing.said) {
      transits.push_back(crossing.ended - crossing.said);
    }
  }
  if (transits.empty()) return;
  const auto middle = transits.begin() + transits.size() / 2;
  std::nth_element(transits.begin(), middle, transits.end());
  for (Crossing& crossing : crossings_) {
    crossing.late = crossing.fate == Fate::kReceived &&
                    crossing.ended - crossing.said > kLateFactor * *middle;
  }
}

}  // namespace distdb::sim
