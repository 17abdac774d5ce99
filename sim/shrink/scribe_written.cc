// What a Scribe has noted, as a scenario.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/store/batch.h"
#include "sim/shrink/scribe.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {

Duration Scribe::CalmDelay() const {
  // Not more than any lie took, so that each can be said no earlier than it
  // was, and arrive when it did.
  Duration least = kMillisecond;
  for (const Lie& lie : lies_) {
    least = std::min(least, lie.arrives - lie.said);
  }
  const Duration grain = least >= 100 * kMicrosecond  ? 100 * kMicrosecond
                         : least >= 10 * kMicrosecond ? 10 * kMicrosecond
                                                      : 1;
  return std::max(least / grain * grain, Duration{1});
}

void Scribe::CopyActions(Plan& plan) const {
  for (size_t i = 0; i < plan_.actions.size(); ++i) {
    Action action = plan_.actions[i];
    if (Ask* ask = std::get_if<Ask>(&action.deed)) {
      const auto asked = asked_.find(ask->request);
      if (asked != asked_.end())
        action.when = {.at = asked->second, .after = {}};
      plan.actions.push_back(std::move(action));
      continue;
    }
    if (LoseDisk* lost = std::get_if<LoseDisk>(&action.deed)) {
      const auto kept = kept_.find(i);
      lost->keeps = kept == kept_.end() ? 0 : kept->second;
      lost->how = LoseDisk::How::kAll;
    }
    const Crash* crash = std::get_if<Crash>(&action.deed);
    const bool is_watched = (crash != nullptr && !crash->for_good) ||
                            std::holds_alternative<Restart>(action.deed) ||
                            std::holds_alternative<Join>(action.deed) ||
                            std::holds_alternative<Equivocate>(action.deed) ||
                            std::holds_alternative<Say>(action.deed);
    if (!is_watched) plan.actions.push_back(std::move(action));
  }
  for (const Action& action : actions_) {
    const Crash* crash = std::get_if<Crash>(&action.deed);
    // A death is among the plan's own actions; it says what is kept.
    const auto death = std::find_if(
        plan.actions.begin(), plan.actions.end(), [&](const Action& other) {
          const Crash* planned = std::get_if<Crash>(&other.deed);
          return crash != nullptr && planned != nullptr && planned->for_good &&
                 planned->node == crash->node &&
                 action.when.at - other.when.at <= 1 &&
                 action.when.at >= other.when.at;
        });
    if (death == plan.actions.end()) {
      plan.actions.push_back(action);
    } else {
      std::get<Crash>(death->deed).keeps = crash->keeps;
    }
  }
}

void Scribe::NameValue(const Payload& payload, Scenario& scenario) {
  for (const auto& [name, value] : scenario.values) {
    if (value == payload) return;
  }
  const size_t count = scenario.values.size();
  const char letter = static_cast<char>('a' + count % 26);
  const std::string name =
      count < 26 ? std::string(1, letter) : absl::StrCat("v", count);
  scenario.values.emplace(name, payload);
}

Payload Scribe::ValueOf(const InstanceId& id, const Digest& digest,
                        Scenario& scenario) {
  const auto [found, is_new] =
      values_.try_emplace(std::pair(id, digest), Payload());
  if (is_new) {
    // Nobody has ever seen it, if there is one: any will do.
    BatchBuilder batch;
    batch.Add({.kind = MutationKind::kPut,
               .key = "k",
               .value = absl::StrCat("unseen", scenario.values.size())});
    found->second = Payload(batch.Build(Timestamp(1)));
  }
  NameValue(found->second, scenario);
  return found->second;
}

void Scribe::AddLies(Duration calm_delay, Scenario& scenario) {
  const StandInDigester digester;
  for (const Lie& lie : lies_) {
    Say say = lie.say;
    Message& message = say.message;
    const InstanceId id = message.instance;
    const Digest digest = CarriesPayload(message.kind)
                              ? digester.Compute(id, message.payload.bytes())
                              : message.digest;
    const bool has_value =
        CarriesPayload(message.kind) || CarriesDigest(message.kind);
    const auto proposal = proposals_.find(id);
    say.proposed = has_value && proposal != proposals_.end() &&
                   digester.Compute(id, proposal->second.bytes()) == digest;
    if (say.proposed) {
      message.payload = Payload();
      message.digest = Digest();
    } else if (CarriesPayload(message.kind)) {
      NameValue(message.payload, scenario);
    } else if (CarriesDigest(message.kind)) {
      const Payload value = ValueOf(id, digest, scenario);
      message.digest = digester.Compute(id, value.bytes());
    }
    if (message.kind == MessageKind::kHello) message.instance = InstanceId();
    const Time at(std::max(lie.arrives.value() - calm_delay, Duration{0}));
    scenario.plan.actions.push_back({{.at = at, .after = {}}, say});
  }
}

void Scribe::AddDrawn(const Tape& tape, Plan& plan) const {
  for (const auto& [about, answer] : tape) {
    const Share share{.skip = about.occurrence, .count = 1};
    switch (about.decision) {
      case Decision::kConnectDelay:
      case Decision::kDisconnectDelay:
        if (answer == 0) break;
        plan.channel_delays.push_back(
            {.node = about.from,
             .peer = about.to,
             .channel = about.occurrence,
             .opens = about.decision == Decision::kConnectDelay,
             .after = static_cast<Duration>(answer)});
        break;
      case Decision::kRareEvent: {
        const auto point = static_cast<size_t>(about.message);
        if (answer + plan_.rare_per_mille[point] < 1000) break;
        plan.rare_strikes.push_back(
            {.event = RareEvent{static_cast<uint8_t>(point)},
             .node = about.from,
             .instance = about.instance == InstanceId()
                             ? std::nullopt
                             : std::optional(about.instance),
             .share = share});
        break;
      }
      case Decision::kReadFails:
        if (answer + plan_.disk.read_fails_per_mille < 1000) break;
        plan.read_failures.push_back(
            {.node = about.from,
             .record = RecordKind{static_cast<uint8_t>(about.message)},
             .instance = about.instance,
             .share = share});
        break;
      default:
        break;
    }
  }
}

Scenario Scribe::Written(const Tape& tape, Time end) {
  Scenario scenario;
  Plan& plan = scenario.plan;
  plan = plan_;
  plan.actions.clear();
  plan.liars_improvise = false;
  plan.adversaries = AdversarySet::Schemers();
  const Duration calm_delay = CalmDelay();
  plan.network = NetworkPlan();
  plan.network.link_delay.assign(plan_.network.link_delay.size(), calm_delay);
  plan.disk = DiskPlan();
  plan.disk.discards = plan_.disk.discards;
  plan.crash = CrashPlan();
  plan.rare_per_mille = {};
  plan.ask_again_after = 0;
  plan.wire = false;
  CopyActions(plan);
  AddLies(calm_delay, scenario);
  std::stable_sort(
      plan.actions.begin(), plan.actions.end(),
      [](const Action& a, const Action& b) { return a.when.at < b.when.at; });
  plan.rules = rules_;
  plan.slow_fsyncs = slow_fsyncs_;
  // What was under way at the end: the end may be of its making.
  for (SlowFsync& slow : plan.slow_fsyncs) {
    if (!slow.until.has_value()) slow.until = end;
  }
  AddDrawn(tape, plan);
  return scenario;
}

}  // namespace distdb::sim
