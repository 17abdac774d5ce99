#include "sim/shrink/scribe.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <variant>

#include "sim/stand_in_digester.h"

namespace distdb::sim {

Scribe::Scribe(const Plan* plan)
    : plan_(*plan), hosts_(static_cast<size_t>(plan->nodes())) {}

void Scribe::Act(Time at, Deed deed) {
  actions_.push_back({{.at = at, .after = {}}, std::move(deed)});
}

void Scribe::OnStep(Time at, NodeId node, const Event& event,
                    const Effects& effects) {
  HostOf(node).last_active = at;
  if (const Request* request = std::get_if<Request>(&event)) {
    asked_.emplace(request->request, at);
  }
  if (const Persisted* persisted = std::get_if<Persisted>(&event)) {
    BecomeDurable(at, node, persisted->token);
  }
  if (const PersistFailed* failed = std::get_if<PersistFailed>(&event)) {
    // It is issued again, as another record.
    std::erase_if(HostOf(node).at_risk, [&](const Stored& stored) {
      const bool is_refused = stored.token >= failed->token;
      if (is_refused) slow_fsyncs_[stored.rule].until = at;
      return is_refused;
    });
  }
  NoteRecords(node, effects);
  NoteUnsent(at, node, effects);
}

void Scribe::NoteRecords(NodeId node, const Effects& effects) {
  Host& host = HostOf(node);
  for (const Record& record : effects.persist) {
    // In those of a snapshot an instance is something else.
    const std::optional<InstanceId> instance =
        IsOfSnapshot(record.kind) ? std::nullopt
                                  : std::optional(record.instance);
    const uint64_t before = stored_[{node, {record.kind, instance}}]++;
    SlowFsync slow{.node = node,
                   .record = record.kind,
                   .instance = instance,
                   .share = {.skip = before, .count = 1}};
    host.at_risk.push_back({record.token, slow_fsyncs_.size()});
    host.last = record.token;
    slow_fsyncs_.push_back(slow);
  }
}

void Scribe::NoteUnsent(Time at, NodeId node, const Effects& effects) {
  Host& host = HostOf(node);
  // What a step sends has left before the next step.
  std::erase_if(host.unsent,
                [](const Unsent& one) { return one.barrier == Token(0); });
  host.step_at = at;
  const auto note = [&](const std::vector<Envelope>& envelopes, Token barrier) {
    for (const Envelope& envelope : envelopes) {
      const Message& message = envelope.message;
      if (message.kind == MessageKind::kSend &&
          message.instance.origin == node) {
        proposals_.emplace(message.instance, message.payload);
      }
      for (const NodeId to : envelope.to) {
        host.unsent.push_back({to, message, barrier});
      }
    }
  };
  note(effects.send, Token(0));
  note(effects.send_after_persist, host.last);
}

void Scribe::BecomeDurable(Time at, NodeId node, Token token) {
  std::vector<Stored>& at_risk = HostOf(node).at_risk;
  size_t count = 0;
  for (; count < at_risk.size() && at_risk[count].token <= token; ++count) {
    slow_fsyncs_[at_risk[count].rule].until = at;
  }
  at_risk.erase(at_risk.begin(),
                at_risk.begin() + static_cast<ptrdiff_t>(count));
}

void Scribe::OnFsync(Time at, NodeId node, Token token) {
  HostOf(node).covered = token;
  HostOf(node).last_active = at;
}

Rule Scribe::RuleFor(Time at, NodeId from, NodeId to, const Message& message) {
  const bool is_late = at >= plan_.heal_at;
  const uint64_t before =
      sent_[{from, to, message.kind, message.instance, is_late}]++;
  constexpr Time kLate{3600 * kSecond};
  // A HELLO is about none.
  const std::optional<InstanceId> instance =
      message.kind == MessageKind::kHello ? std::nullopt
                                          : std::optional(message.instance);
  return {.from = from,
          .to = to,
          .message = message.kind,
          .instance = instance,
          .from_time = is_late ? plan_.heal_at : Time(0),
          .to_time = is_late ? kLate : plan_.heal_at,
          .skip = before,
          .count = 1};
}

void Scribe::OnPassage(Time at, const Passage& passage,
                       const Message& message) {
  const bool leaves = passage.fate == Fate::kSent ||
                      passage.fate == Fate::kDuplicated ||
                      passage.fate == Fate::kLost || passage.transit == 0;
  if (!leaves) return;
  if (CarriesPayload(message.kind)) {
    const Digest digest =
        StandInDigester().Compute(message.instance, message.payload.bytes());
    values_.emplace(std::pair(message.instance, digest), message.payload);
  }
  if (!passage.lie) return NoteSent(at, passage, message);
  if (passage.fate == Fate::kSent || passage.fate == Fate::kDuplicated) {
    lies_.push_back(
        {at, passage.arrives, Say{passage.from, passage.to, message}});
  }
}

void Scribe::NoteSent(Time at, const Passage& passage, const Message& message) {
  Host& host = HostOf(passage.from);
  host.last_active = at;
  if (passage.fate == Fate::kDuplicated) {
    if (!plan_.liars.Contains(passage.to))
      rules_.back().again = passage.arrives;
    return;
  }
  const auto found = std::find_if(
      host.unsent.begin(), host.unsent.end(), [&](const Unsent& one) {
        return one.to == passage.to && one.message.kind == message.kind &&
               one.message.instance == message.instance &&
               one.message.digest == message.digest;
      });
  if (found != host.unsent.end()) {
    if (found->barrier != Token(0)) host.released = at;
    host.unsent.erase(found);
  }
  // No channel, or a partition: nothing was decided about it.
  if (passage.fate != Fate::kSent && passage.fate != Fate::kLost) return;
  // Liars of a scenario do not listen.
  if (plan_.liars.Contains(passage.to)) return;
  Rule rule = RuleFor(at, passage.from, passage.to, message);
  if (passage.fate == Fate::kLost) {
    rule.lost = true;
  } else {
    rule.arrives = passage.arrives;
  }
  rules_.push_back(rule);
}

void Scribe::OnStart(Time at, NodeId node, absl::Span<const Record> records) {
  Host& host = HostOf(node);
  for (size_t i = 0; i < plan_.actions.size(); ++i) {
    const LoseDisk* lost = std::get_if<LoseDisk>(&plan_.actions[i].deed);
    if (lost == nullptr || lost->node != node) continue;
    if (plan_.actions[i].when.at <= at) kept_.emplace(i, records.size());
  }
  const bool is_first = !host.has_started;
  host = Host{.has_started = true, .last_active = at};
  if (!records.empty()) host.last = records.back().token;
  if (is_first && !plan_.joiners.Contains(node)) return;
  if (is_first) return Act(at, Join{node});
  // The healing starts whoever is down.
  if (at < plan_.heal_at) Act(at, Restart{node});
}

bool Scribe::IsLossOfDisk(Time at, NodeId node) const {
  return std::any_of(
      plan_.actions.begin(), plan_.actions.end(), [&](const Action& action) {
        const LoseDisk* lost = std::get_if<LoseDisk>(&action.deed);
        return lost != nullptr && lost->node == node && action.when.at == at;
      });
}

void Scribe::OnCrash(Time at, NodeId node, Token lost_from) {
  Host& host = HostOf(node);
  // In the midst of handing out what an fsync had held back?
  const bool was_releasing = host.released == at;
  uint64_t keeps = 0;
  for (const Stored& stored : host.at_risk) {
    const bool survives = lost_from == Token(0) || stored.token < lost_from;
    if (survives) ++keeps;
    const bool is_synced = was_releasing && stored.token <= host.covered;
    slow_fsyncs_[stored.rule].until = is_synced ? at : at + 2;
    if (is_synced && survives) --keeps;
  }
  LoseUnsent(at, node);
  const bool is_amid = host.last_active == at;
  host.at_risk.clear();
  host.unsent.clear();
  if (at >= plan_.heal_at || IsLossOfDisk(at, node)) return;
  Act(is_amid ? at + 1 : at, Crash{.node = node, .keeps = keeps});
}

void Scribe::LoseUnsent(Time at, NodeId node) {
  Host& host = HostOf(node);
  for (const Unsent& unsent : host.unsent) {
    const bool was_leaving =
        unsent.barrier == Token(0)
            ? host.step_at == at
            : host.released == at && unsent.barrier <= host.covered;
    if (!was_leaving || plan_.liars.Contains(unsent.to)) continue;
    Rule rule = RuleFor(at, node, unsent.to, unsent.message);
    rule.lost = true;
    rules_.push_back(rule);
  }
}

}  // namespace distdb::sim
