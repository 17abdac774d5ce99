#include "sim/shrink/shrink.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <variant>
#include <vector>

#include "sim/choice.h"
#include "sim/shrink/edit.h"
#include "sim/shrink/minimize.h"
#include "sim/shrink/scribe.h"
#include "sim/shrink/simplify.h"

namespace distdb::sim {
namespace {

class Rounds {
 public:
  Rounds(Scenario& scenario, Trial& trial,
         const std::function<void(const std::string&, size_t)>& tell)
      : best_(scenario), trial_(trial), tell_(tell) {}

  void Run() {
    size_t before = 0;
    do {
      before = Count();
      Round();
    } while (Count() < before && !trial_.is_exhausted());
    Part("simple values", [&] { Simplify(best_, trial_); });
    // What is simpler may need less.
    if (!trial_.is_exhausted()) Round();
  }

 private:
  size_t Count() const {
    return CountDecisive(best_.plan) + static_cast<size_t>(best_.plan.nodes());
  }

  template <typename Do>
  void Part(const char* what, Do part) {
    if (trial_.is_exhausted()) return;
    part();
    tell_(what, CountDecisive(best_.plan));
  }

  bool Try(Scenario candidate) {
    Tidy(candidate);
    if (!trial_.Shows(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  void Round() {
    Part("the ordinary", [&] { MakeOrdinary(best_, trial_); });
    Part("operations", [&] { RemoveActions(&IsAsk, true); });
    Part("lies", [&] { RemoveActions(&IsLie, true); });
    Part("faults", [&] { RemoveActions(&IsFault, true); });
    Part("losses", [&] {
      RemoveRules([](const Rule& rule) { return rule.lost; });
      RemoveCopies();
    });
    Part("delays",
         [&] { RemoveRules([](const Rule& rule) { return !rule.lost; }); });
    Part("disks", [&] {
      Remove(&Plan::slow_fsyncs);
      Remove(&Plan::read_failures);
    });
    Part("channels", [&] { Remove(&Plan::channel_delays); });
    Part("rare events", [&] { Remove(&Plan::rare_strikes); });
    Part("nodes", [&] { RemoveNodes(); });
    Part("instances", [&] { RemoveInstances(); });
    Part("single actions", [&] { RemoveActions(&IsAny, false); });
  }

  static bool IsAny(const Deed&) { return true; }
  static bool IsAsk(const Deed& deed) {
    return std::holds_alternative<Ask>(deed);
  }
  static bool IsLie(const Deed& deed) {
    return std::holds_alternative<Say>(deed) ||
           std::holds_alternative<Equivocate>(deed);
  }
  static bool IsFault(const Deed& deed) { return !IsAsk(deed) && !IsLie(deed); }

  // Of the groups whose first action is of the kind; or all as single ones.
  void RemoveActions(bool (*is_kind)(const Deed&), bool in_groups) {
    const std::vector<Action> actions = best_.plan.actions;
    std::vector<std::vector<size_t>> groups;
    if (in_groups) {
      groups = GroupActions(best_.plan);
    } else {
      for (size_t i = 0; i < actions.size(); ++i) groups.push_back({i});
    }
    std::vector<bool> stays(actions.size());
    std::erase_if(groups, [&](const std::vector<size_t>& group) {
      if (is_kind(actions[group[0]].deed)) return false;
      for (const size_t i : group) stays[i] = true;
      return true;
    });
    Minimize(groups, [&](const std::vector<std::vector<size_t>>& rest) {
      std::vector<bool> kept = stays;
      for (const std::vector<size_t>& group : rest) {
        for (const size_t i : group) kept[i] = true;
      }
      Scenario candidate = best_;
      candidate.plan.actions.clear();
      for (size_t i = 0; i < actions.size(); ++i) {
        if (kept[i]) candidate.plan.actions.push_back(actions[i]);
      }
      return Try(std::move(candidate));
    });
  }

  template <typename IsKind>
  void RemoveRules(IsKind is_kind) {
    const std::vector<Rule> rules = best_.plan.rules;
    std::vector<size_t> list;
    std::vector<bool> stays(rules.size());
    for (size_t i = 0; i < rules.size(); ++i) {
      stays[i] = !is_kind(rules[i]);
      if (!stays[i]) list.push_back(i);
    }
    Minimize(list, [&](const std::vector<size_t>& rest) {
      std::vector<bool> kept = stays;
      for (const size_t i : rest) kept[i] = true;
      Scenario candidate = best_;
      candidate.plan.rules.clear();
      for (size_t i = 0; i < rules.size(); ++i) {
        if (kept[i]) candidate.plan.rules.push_back(rules[i]);
      }
      return Try(std::move(candidate));
    });
  }

  // Second copies.
  void RemoveCopies() {
    std::vector<size_t> list;
    for (size_t i = 0; i < best_.plan.rules.size(); ++i) {
      if (best_.plan.rules[i].again.has_value()) list.push_back(i);
    }
    const std::vector<Rule> rules = best_.plan.rules;
    Minimize(list, [&](const std::vector<size_t>& rest) {
      Scenario candidate = best_;
      for (Rule& rule : candidate.plan.rules) rule.again.reset();
      for (const size_t i : rest)
        candidate.plan.rules[i].again = rules[i].again;
      return Try(std::move(candidate));
    });
  }

  template <typename T>
  void Remove(std::vector<T> Plan::*part) {
    std::vector<T> list = best_.plan.*part;
    Minimize(list, [&](const std::vector<T>& rest) {
      Scenario candidate = best_;
      candidate.plan.*part = rest;
      return Try(std::move(candidate));
    });
  }

  void RemoveNodes() {
    for (int i = best_.plan.nodes() - 1; i >= 0; --i) {
      if (best_.plan.nodes() <= 2) return;
      const NodeId node(static_cast<uint32_t>(i));
      if (best_.plan.liars ==
          NodeSet::FirstN(best_.plan.nodes()).Without(node)) {
        continue;
      }
      Try(WithoutNode(best_, node));
    }
  }

  // Instances, and with them the operations that are the reason for them.
  void RemoveInstances() {
    for (const NodeId origin : NodeSet::FirstN(best_.plan.nodes())) {
      const bool lies = best_.plan.liars.Contains(origin);
      for (uint64_t seq = lies ? LastSaid(origin) : CountWrites(origin);
           seq > 0; --seq) {
        Scenario candidate = best_;
        RemoveInstance(candidate, origin, Seq(seq));
        if (!lies) RemoveWrite(candidate.plan, origin, seq);
        Try(std::move(candidate));
      }
    }
  }

  uint64_t LastSaid(NodeId origin) const {
    uint64_t last = 0;
    for (const Action& action : best_.plan.actions) {
      const Say* say = std::get_if<Say>(&action.deed);
      if (say == nullptr || say->message.instance.origin != origin) continue;
      constexpr uint64_t kFar = 100;
      const uint64_t seq = say->message.instance.seq.value();
      if (seq < kFar) last = std::max(last, seq);
    }
    return last;
  }

  static bool IsWriteOf(const Action& action, NodeId node) {
    const Ask* ask = std::get_if<Ask>(&action.deed);
    return ask != nullptr && ask->node == node &&
           std::holds_alternative<Write>(ask->command);
  }

  uint64_t CountWrites(NodeId node) const {
    return static_cast<uint64_t>(std::count_if(
        best_.plan.actions.begin(), best_.plan.actions.end(),
        [&](const Action& action) { return IsWriteOf(action, node); }));
  }

  // The `number`-th write, from 1.
  static void RemoveWrite(Plan& plan, NodeId node, uint64_t number) {
    std::erase_if(plan.actions, [&](const Action& action) {
      return IsWriteOf(action, node) && number-- == 1;
    });
  }

  Scenario& best_;
  Trial& trial_;
  const std::function<void(const std::string&, size_t)>& tell_;
};

}  // namespace

std::optional<Failure> WriteDownSeed(uint64_t seed, const Shape& shape) {
  const Plan plan = PlanOfSeed(seed, shape);
  SeedDriver driver(seed);
  Scribe scribe(&plan);
  Observer* const observers[] = {&scribe};
  Tape tape;
  Failure failure;
  failure.run = RunPlan(plan, &driver, observers, &tape);
  if (!failure.run.violation.has_value()) return std::nullopt;
  failure.scenario = scribe.Written(tape, failure.run.end);
  failure.scenario.mutant = shape.mutant;
  failure.scenario.expect.violated = failure.run.violation->property;
  Tidy(failure.scenario);
  return failure;
}

void Shrink(Scenario& scenario, Trial& trial,
            const std::function<void(const std::string&, size_t)>& tell) {
  Rounds(scenario, trial, tell).Run();
}

}  // namespace distdb::sim
