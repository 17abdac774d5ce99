#include "sim/shrink/edit.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/payload.h"
#include "core/quorum.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

void FindRoles(Plan& plan) {
  plan.dead = NodeSet();
  plan.amnesiacs = NodeSet();
  plan.joiners = NodeSet();
  for (const Action& action : plan.actions) {
    const Crash* crash = std::get_if<Crash>(&action.deed);
    if (crash != nullptr && crash->for_good) plan.dead.Insert(crash->node);
    if (const LoseDisk* lost = std::get_if<LoseDisk>(&action.deed)) {
      plan.amnesiacs.Insert(lost->node);
    }
    if (const Join* join = std::get_if<Join>(&action.deed)) {
      plan.joiners.Insert(join->node);
    }
  }
}

// Whether the world would pay no heed to it: it comes after the healing.
bool IsVoid(const Plan& plan, const Action& action) {
  if (action.when.after.has_value()) return false;
  const bool is_fault = std::holds_alternative<Crash>(action.deed) ||
                        std::holds_alternative<Partition>(action.deed) ||
                        std::holds_alternative<Pause>(action.deed) ||
                        std::holds_alternative<LoseDisk>(action.deed) ||
                        std::holds_alternative<ClockJump>(action.deed) ||
                        std::holds_alternative<FullDisk>(action.deed) ||
                        std::holds_alternative<Restart>(action.deed);
  return is_fault && action.when.at >= plan.heal_at;
}

// An end without a beginning, which a file must not have.
bool EndsNothing(const Plan& plan, size_t index) {
  const Partition* end = std::get_if<Partition>(&plan.actions[index].deed);
  if (end == nullptr || end->begins) return false;
  for (size_t i = 0; i < index; ++i) {
    const Partition* other = std::get_if<Partition>(&plan.actions[i].deed);
    if (other != nullptr && other->begins && other->side == end->side &&
        other->one_way == end->one_way) {
      return false;
    }
  }
  return true;
}

void DropVoid(Plan& plan) {
  std::vector<Action> kept;
  for (size_t i = 0; i < plan.actions.size(); ++i) {
    if (IsVoid(plan, plan.actions[i]) || EndsNothing(plan, i)) continue;
    const ClockJump* jump = std::get_if<ClockJump>(&plan.actions[i].deed);
    if (jump != nullptr && !plan.false_clocks.Contains(jump->node) &&
        (jump->by > kSecond || jump->by < -kSecond)) {
      continue;
    }
    kept.push_back(plan.actions[i]);
  }
  plan.actions.swap(kept);
}

void NumberOperations(Scenario& scenario) {
  std::map<RequestId, RequestId> numbers;
  std::set<RequestId> named;
  for (Action& action : scenario.plan.actions) {
    Ask* ask = std::get_if<Ask>(&action.deed);
    if (ask == nullptr) continue;
    const RequestId number(numbers.size() + 1);
    const auto earlier = numbers.find(ask->reads_write_of);
    ask->reads_write_of =
        earlier == numbers.end() ? RequestId(0) : earlier->second;
    if (earlier != numbers.end()) named.insert(earlier->second);
    numbers.emplace(ask->request, number);
    ask->request = number;
  }
  scenario.requests.clear();
  for (const RequestId request : named) {
    scenario.requests.emplace(absl::StrCat("op", request.value()), request);
  }
}

std::string NameOf(size_t number) {
  if (number < 26) return std::string(1, static_cast<char>('a' + number));
  return absl::StrCat("v", number);
}

void NameValues(Scenario& scenario) {
  const StandInDigester digester;
  std::map<std::string, Payload> named;
  const auto name = [&](const Payload& payload) {
    for (const auto& [unused, value] : named) {
      if (value == payload) return;
    }
    named.emplace(NameOf(named.size()), payload);
  };
  for (const Action& action : scenario.plan.actions) {
    const Say* say = std::get_if<Say>(&action.deed);
    if (say == nullptr || say->proposed) continue;
    if (CarriesPayload(say->message.kind)) {
      name(say->message.payload);
    } else if (CarriesDigest(say->message.kind)) {
      for (const auto& [unused, value] : scenario.values) {
        if (digester.Compute(say->message.instance, value.bytes()) ==
            say->message.digest) {
          name(value);
        }
      }
    }
  }
  scenario.values.swap(named);
}

// Renames a node in place; false if the thing is about the node that goes.
class Renaming {
 public:
  explicit Renaming(NodeId gone) : gone_(gone) {}

  bool operator()(NodeId& node) const {
    if (node == gone_) return false;
    if (gone_ < node) node = NodeId(node.value() - 1);
    return true;
  }
  bool operator()(std::optional<NodeId>& node) const {
    return !node.has_value() || (*this)(*node);
  }
  bool operator()(InstanceId& id) const { return (*this)(id.origin); }
  bool operator()(std::optional<InstanceId>& id) const {
    return !id.has_value() || (*this)(*id);
  }
  NodeSet operator()(NodeSet nodes) const {
    NodeSet renamed;
    for (NodeId node : nodes) {
      if ((*this)(node)) renamed.Insert(node);
    }
    return renamed;
  }

  template <typename T>
  void Only(std::vector<T>& things) const {
    std::erase_if(things, [&](T& thing) { return !Apply(thing); });
  }

  bool Apply(LeftOut& out) const { return (*this)(out.node); }
  bool Apply(Rule& rule) const {
    return (*this)(rule.from) && (*this)(rule.to) && (*this)(rule.instance);
  }
  bool Apply(SlowFsync& slow) const {
    return (*this)(slow.node) && (*this)(slow.instance);
  }
  bool Apply(ReadFailure& failure) const {
    return (*this)(failure.node) && (*this)(failure.instance);
  }
  bool Apply(RareStrike& strike) const {
    return (*this)(strike.node) && (*this)(strike.instance);
  }
  bool Apply(ChannelDelay& delay) const {
    return (*this)(delay.node) && (*this)(delay.peer);
  }
  bool Apply(Action& action) const {
    if (action.when.after.has_value()) {
      if (!(*this)(action.when.after->node)) return false;
      if (!(*this)(action.when.after->instance)) return false;
    }
    return std::visit([this](auto& deed) { return Apply(deed); }, action.deed);
  }
  bool Apply(Say& say) const {
    const bool has_instance = say.message.kind != MessageKind::kHello;
    return (*this)(say.liar) && (*this)(say.to) &&
           (!has_instance || (*this)(say.message.instance));
  }
  bool Apply(Equivocate& deed) const { return (*this)(deed.liar); }
  bool Apply(Partition& deed) const {
    deed.side = (*this)(deed.side);
    return !deed.side.empty();
  }
  template <typename Deed>
  bool Apply(Deed& deed) const {
    return (*this)(deed.node);
  }

  const NodeId gone_;
};

// What liars say keeps its value where its instance changes: a digest is of its
// instance.
class KeptValues {
 public:
  explicit KeptValues(const Scenario& scenario) {
    for (const Action& action : scenario.plan.actions) {
      const Say* say = std::get_if<Say>(&action.deed);
      values_.push_back(std::nullopt);
      if (say == nullptr || !CarriesDigest(say->message.kind)) continue;
      for (const auto& [unused, value] : scenario.values) {
        if (DigestIn(say->message.instance, value) == say->message.digest) {
          values_.back() = value;
        }
      }
    }
  }

  // `edit` changes an action, and returns false if it goes.
  template <typename Edit>
  void ForEach(std::vector<Action>& actions, Edit edit) const {
    std::vector<Action> kept;
    for (size_t i = 0; i < actions.size(); ++i) {
      if (!edit(actions[i])) continue;
      Say* say = std::get_if<Say>(&actions[i].deed);
      if (say != nullptr && values_[i].has_value()) {
        say->message.digest = DigestIn(say->message.instance, *values_[i]);
      }
      kept.push_back(std::move(actions[i]));
    }
    actions.swap(kept);
  }

 private:
  static Digest DigestIn(const InstanceId& id, const Payload& value) {
    return StandInDigester().Compute(id, value.bytes());
  }

  std::vector<std::optional<Payload>> values_;  // By action.
};

template <typename T>
void EraseNode(std::vector<T>& per_node, NodeId node) {
  per_node.erase(per_node.begin() + static_cast<ptrdiff_t>(node.value()));
}

}  // namespace

void Tidy(Scenario& scenario) {
  DropVoid(scenario.plan);
  FindRoles(scenario.plan);
  NumberOperations(scenario);
  NameValues(scenario);
}

Scenario WithoutNode(const Scenario& scenario, NodeId node) {
  Scenario smaller = scenario;
  Plan& plan = smaller.plan;
  const Renaming rename(node);
  const auto n = static_cast<size_t>(plan.nodes());
  KeptValues(scenario).ForEach(
      plan.actions, [&](Action& action) { return rename.Apply(action); });
  rename.Only(plan.rules);
  rename.Only(plan.slow_fsyncs);
  rename.Only(plan.read_failures);
  rename.Only(plan.rare_strikes);
  rename.Only(plan.channel_delays);
  rename.Only(plan.left_out);
  plan.liars = rename(plan.liars);
  plan.false_clocks = rename(plan.false_clocks);
  std::vector<Duration> delays;
  for (size_t i = 0; i < n * n; ++i) {
    if (i / n == node.value() || i % n == node.value()) continue;
    delays.push_back(plan.network.link_delay[i]);
  }
  plan.network.link_delay.swap(delays);
  plan.network.slow_by.clear();
  plan.network.byte_time.clear();
  EraseNode(plan.wall_offset, node);
  EraseNode(plan.drift_ppm, node);
  EraseNode(plan.turn_time, node);
  EraseNode(plan.step_time, node);
  --plan.config.nodes;
  std::erase_if(plan.actions, [&](const Action& action) {
    const Partition* partition = std::get_if<Partition>(&action.deed);
    return partition != nullptr &&
           partition->side == NodeSet::FirstN(plan.nodes());
  });
  Tidy(smaller);
  return smaller;
}

void RemoveInstance(Scenario& scenario, NodeId origin, Seq seq) {
  // False if it is about the instance that goes.
  const auto move = [&](InstanceId& id) {
    if (id.origin != origin) return true;
    if (id.seq == seq) return false;
    if (seq < id.seq) id.seq = Seq(id.seq.value() - 1);
    return true;
  };
  const auto only = [&](auto& things) {
    std::erase_if(things, [&](auto& thing) {
      return thing.instance.has_value() && !move(*thing.instance);
    });
  };
  Plan& plan = scenario.plan;
  only(plan.rules);
  only(plan.slow_fsyncs);
  only(plan.read_failures);
  only(plan.rare_strikes);
  KeptValues(scenario).ForEach(plan.actions, [&](Action& action) {
    Say* say = std::get_if<Say>(&action.deed);
    return say == nullptr || move(say->message.instance);
  });
}

void SetHealing(Plan& plan, Time heal_at) {
  for (Rule& rule : plan.rules) {
    if (rule.to_time == plan.heal_at) rule.to_time = heal_at;
    if (rule.from_time == plan.heal_at) rule.from_time = heal_at;
  }
  plan.heal_at = heal_at;
}

std::vector<std::vector<size_t>> GroupActions(const Plan& plan) {
  const std::vector<Action>& actions = plan.actions;
  std::vector<std::vector<size_t>> groups;
  std::vector<bool> grouped(actions.size());
  // Whether `b` ends what `a` begins.
  const auto ends = [](const Deed& a, const Deed& b) {
    if (const Partition* begin = std::get_if<Partition>(&a)) {
      const Partition* end = std::get_if<Partition>(&b);
      return begin->begins && end != nullptr && !end->begins &&
             begin->side == end->side && begin->one_way == end->one_way;
    }
    if (const Pause* begin = std::get_if<Pause>(&a)) {
      const Pause* end = std::get_if<Pause>(&b);
      return begin->begins && end != nullptr && !end->begins &&
             begin->node == end->node;
    }
    if (const FullDisk* begin = std::get_if<FullDisk>(&a)) {
      const FullDisk* end = std::get_if<FullDisk>(&b);
      return begin->begins && end != nullptr && !end->begins &&
             begin->node == end->node;
    }
    const Restart* restart = std::get_if<Restart>(&b);
    if (restart == nullptr) return false;
    const Crash* crash = std::get_if<Crash>(&a);
    const LoseDisk* lost = std::get_if<LoseDisk>(&a);
    return (crash != nullptr && crash->node == restart->node) ||
           (lost != nullptr && lost->node == restart->node);
  };
  for (size_t i = 0; i < actions.size(); ++i) {
    if (grouped[i]) continue;
    groups.push_back({i});
    for (size_t j = i + 1; j < actions.size(); ++j) {
      if (grouped[j] || !ends(actions[i].deed, actions[j].deed)) continue;
      groups.back().push_back(j);
      grouped[j] = true;
      break;
    }
  }
  return groups;
}

size_t CountDecisive(const Plan& plan) {
  size_t count = plan.actions.size() + plan.rules.size() +
                 plan.slow_fsyncs.size() + plan.read_failures.size() +
                 plan.rare_strikes.size() + plan.channel_delays.size() +
                 plan.left_out.size();
  for (size_t i = 0; i < plan.wall_offset.size(); ++i) {
    count += plan.wall_offset[i] != 0;
    count += plan.drift_ppm[i] != 0;
    count += plan.turn_time[i] != 0;
    count += plan.step_time[i] != 0;
  }
  return count;
}

bool IsWithinBudget(const Plan& plan) {
  NodeSet faulty = plan.liars | plan.dead | plan.amnesiacs | plan.false_clocks;
  for (const LeftOut& out : plan.left_out) faulty.Insert(out.node);
  return faulty.size() <= FaultBudget(plan.nodes());
}

}  // namespace distdb::sim
