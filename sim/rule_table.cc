#include "sim/rule_table.h"

#include <algorithm>

#include "sim/single_faults.h"

namespace distdb::sim {

RuleTable::RuleTable(const std::vector<Rule>* rules)
    : rules_(*rules), matched_(rules->size()) {
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    const bool is_exact = rule.from.has_value() && rule.to.has_value() &&
                          rule.message.has_value() && rule.instance.has_value();
    if (!is_exact) {
      broad_.push_back(i);
      continue;
    }
    exact_[{*rule.from, *rule.to, *rule.message, *rule.instance}].push_back(i);
  }
}

const Rule* RuleTable::Find(Time now, const About& message) {
  if (rules_.empty()) return nullptr;
  size_t found = rules_.size();
  for (const size_t i : broad_) Look(i, now, message, found);
  const auto exact = exact_.find(
      {message.from, message.to, message.message, message.instance});
  if (exact != exact_.end()) {
    for (const size_t i : exact->second) Look(i, now, message, found);
  }
  return found == rules_.size() ? nullptr : &rules_[found];
}

void RuleTable::Look(size_t index, Time now, const About& message,
                     size_t& found) {
  const Rule& rule = rules_[index];
  if (!Matches(rule.from, message.from) || !Matches(rule.to, message.to) ||
      !Matches(rule.message, message.message) ||
      !Matches(rule.instance, message.instance) ||
      !Matches(rule.digest_class, message.digest_class) ||
      now < rule.from_time || now >= rule.to_time) {
    return;
  }
  const uint64_t before = matched_[index]++;
  if (before >= rule.skip && before - rule.skip < rule.count) {
    found = std::min(found, index);
  }
}

}  // namespace distdb::sim
