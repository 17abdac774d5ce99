#include "sim/shrink/simplify.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/store/batch.h"
#include "sim/shrink/edit.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

constexpr Duration kGrains[] = {10 * kMillisecond, kMillisecond,
                                100 * kMicrosecond, 10 * kMicrosecond,
                                kMicrosecond};

constexpr uint64_t kAll = ~uint64_t{0};

class Simpler {
 public:
  Simpler(Scenario& scenario, Trial& trial) : best_(scenario), trial_(trial) {}

  void Run() {
    GeneralRules();
    GeneralFaults(&Plan::slow_fsyncs);
    GeneralFaults(&Plan::read_failures);
    GeneralFaults(&Plan::rare_strikes);
    Operations();
    Values();
    Crashes();
    RoundActions();
    RoundRules();
    RoundOthers();
  }

 private:
  template <typename Edit>
  bool Try(Edit edit) {
    Scenario candidate = best_;
    edit(candidate);
    SortActions(candidate.plan);
    Tidy(candidate);
    if (!trial_.Shows(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  // What waits for a condition has no place of its own: a person has put it
  // there.
  static void SortActions(Plan& plan) {
    const bool all_timed = std::none_of(
        plan.actions.begin(), plan.actions.end(),
        [](const Action& action) { return action.when.after.has_value(); });
    if (!all_timed) return;
    std::stable_sort(
        plan.actions.begin(), plan.actions.end(),
        [](const Action& a, const Action& b) { return a.when.at < b.when.at; });
  }

  // A rule for all messages like the one it is for; a loss, not a delay.
  void GeneralRules() {
    for (size_t i = 0; i < best_.plan.rules.size(); ++i) {
      const Rule& rule = best_.plan.rules[i];
      if (rule.skip == 0 && rule.count != kAll) {
        Try([&](Scenario& s) { s.plan.rules[i].count = kAll; });
      }
      if (!best_.plan.rules[i].lost) {
        Try([&](Scenario& s) {
          Rule& changed = s.plan.rules[i];
          changed.arrives.reset();
          changed.again.reset();
          changed.delay = 0;
          changed.copies = 1;
          changed.lost = true;
        });
      }
    }
  }

  // All of a kind, so that others like it can go.
  template <typename T>
  void GeneralFaults(std::vector<T> Plan::*part) {
    for (size_t i = 0; i < (best_.plan.*part).size(); ++i) {
      const T& fault = (best_.plan.*part)[i];
      if (fault.share.skip == 0 && fault.share.count != kAll) {
        Try([&](Scenario& s) { (s.plan.*part)[i].share.count = kAll; });
      }
      if (fault.share.count == kAll && fault.instance.has_value()) {
        Try([&](Scenario& s) { (s.plan.*part)[i].instance.reset(); });
      }
    }
  }

  Ask* AskAt(Scenario& scenario, size_t i) {
    return std::get_if<Ask>(&scenario.plan.actions[i].deed);
  }

  void Operations() {
    uint64_t number = 0;
    for (size_t i = 0; i < best_.plan.actions.size(); ++i) {
      Ask* ask = AskAt(best_, i);
      if (ask == nullptr) continue;
      if (const Write* write = std::get_if<Write>(&ask->command)) {
        for (size_t m = write->mutations.size(); m > 0; --m) {
          if (std::get<Write>(AskAt(best_, i)->command).mutations.size() < 2) {
            break;
          }
          Try([&](Scenario& s) {
            auto& mutations = std::get<Write>(AskAt(s, i)->command).mutations;
            mutations.erase(mutations.begin() + static_cast<ptrdiff_t>(m - 1));
          });
        }
        ++number;
        Try([&](Scenario& s) {
          for (Mutation& mutation :
               std::get<Write>(AskAt(s, i)->command).mutations) {
            mutation.key = "x";
            if (mutation.kind == MutationKind::kPut) {
              mutation.value = absl::StrCat(number);
            }
          }
        });
      }
    }
  }

  // A liar's value that is a write of one key.
  void Values() {
    const std::map<std::string, Payload> values = best_.values;
    for (const auto& [name, value] : values) {
      BatchBuilder batch;
      batch.Add(
          {.kind = MutationKind::kPut, .key = "x", .value = std::string(name)});
      const Payload simple(batch.Build(Timestamp(1)));
      if (simple == value) continue;
      const Payload& before = value;
      Try([&](Scenario& s) { Replace(s, before, simple); });
    }
  }

  static void Replace(Scenario& scenario, const Payload& before,
                      const Payload& after) {
    const StandInDigester digester;
    for (Action& action : scenario.plan.actions) {
      Say* say = std::get_if<Say>(&action.deed);
      if (say == nullptr || say->proposed) continue;
      Message& message = say->message;
      if (CarriesPayload(message.kind) && message.payload == before) {
        message.payload = after;
      }
      if (CarriesDigest(message.kind) &&
          message.digest ==
              digester.Compute(message.instance, before.bytes())) {
        message.digest = digester.Compute(message.instance, after.bytes());
      }
    }
    for (auto& [unused, value] : scenario.values) {
      if (value == before) value = after;
    }
  }

  void Crashes() {
    for (size_t i = 0; i < best_.plan.actions.size(); ++i) {
      const Crash* crash = std::get_if<Crash>(&best_.plan.actions[i].deed);
      if (crash == nullptr || crash->keeps.value_or(0) == 0) continue;
      Try([&](Scenario& s) {
        std::get<Crash>(s.plan.actions[i].deed).keeps = 0;
      });
    }
  }

  // To the coarsest grain that changes nothing.
  template <typename Get, typename Set>
  void Round(Get get, Set set) {
    for (const Duration grain : kGrains) {
      const Duration now = get(best_.plan);
      if (now % grain == 0) return;
      const Duration down = now / grain * grain;
      for (const Duration rounded : {down + grain, down}) {
        if (rounded < 0) continue;
        if (Try([&](Scenario& s) { set(s.plan, rounded); })) return;
      }
    }
  }

  void RoundActions() {
    // All together, or else each.
    for (const Duration grain : {kMillisecond, 100 * kMicrosecond}) {
      const auto round = [grain](Scenario& s) {
        for (Action& action : s.plan.actions) {
          if (action.when.after.has_value()) continue;
          const Duration at = action.when.at.value();
          action.when.at = Time((at + grain - 1) / grain * grain);
        }
      };
      if (Try(round)) break;
    }
    for (size_t i = 0; i < best_.plan.actions.size(); ++i) {
      if (best_.plan.actions[i].when.after.has_value()) continue;
      // Sorting may put another action here: then that one is looked at twice.
      Round(
          [i](const Plan& plan) { return plan.actions[i].when.at.value(); },
          [i](Plan& plan, Duration at) { plan.actions[i].when.at = Time(at); });
    }
  }

  void RoundRules() {
    for (size_t i = 0; i < best_.plan.rules.size(); ++i) {
      if (best_.plan.rules[i].arrives.has_value()) {
        Round(
            [i](const Plan& plan) { return plan.rules[i].arrives->value(); },
            [i](Plan& plan, Duration at) { plan.rules[i].arrives = Time(at); });
      }
      if (best_.plan.rules[i].again.has_value()) {
        Round([i](const Plan& plan) { return plan.rules[i].again->value(); },
              [i](Plan& plan, Duration at) { plan.rules[i].again = Time(at); });
      }
    }
  }

  void RoundOthers() {
    for (size_t i = 0; i < best_.plan.slow_fsyncs.size(); ++i) {
      if (!best_.plan.slow_fsyncs[i].until.has_value()) continue;
      Round(
          [i](const Plan& plan) { return plan.slow_fsyncs[i].until->value(); },
          [i](Plan& plan, Duration at) {
            plan.slow_fsyncs[i].until = Time(at);
          });
    }
    for (size_t i = 0; i < best_.plan.channel_delays.size(); ++i) {
      Round(
          [i](const Plan& plan) { return plan.channel_delays[i].after; },
          [i](Plan& plan, Duration at) { plan.channel_delays[i].after = at; });
    }
    for (size_t i = 0; i < best_.plan.wall_offset.size(); ++i) {
      if (best_.plan.wall_offset[i] <= 0) continue;
      Round([i](const Plan& plan) { return plan.wall_offset[i]; },
            [i](Plan& plan, Duration at) { plan.wall_offset[i] = at; });
    }
    Round([](const Plan& plan) { return plan.heal_at.value(); },
          [](Plan& plan, Duration at) { SetHealing(plan, Time(at)); });
  }

  Scenario& best_;
  Trial& trial_;
};

}  // namespace

void Simplify(Scenario& scenario, Trial& trial) {
  Simpler(scenario, trial).Run();
}

}  // namespace distdb::sim
