// RuleTable: which of a plan's rules decides about a message.
//
// Each rule counts the messages that it matches, whichever rule decides about
// them: a rule means the same when another one is taken away. Rules that name a
// single link, kind and instance are found without a look at all the others, so
// that a run may have thousands of them.

#ifndef DISTDB_SIM_RULE_TABLE_H_
#define DISTDB_SIM_RULE_TABLE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "core/message.h"
#include "core/types.h"
#include "sim/about.h"
#include "sim/action.h"

namespace distdb::sim {

class RuleTable {
 public:
  // Not owned; outlives the table.
  explicit RuleTable(const std::vector<Rule>* rules);

  // Of the rules that match a message sent `now`, the first one whose share it
  // falls into; or null. To be asked once per message.
  const Rule* Find(Time now, const About& message);

 private:
  struct Key {
    NodeId from;
    NodeId to;
    MessageKind kind;
    InstanceId instance;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  void Look(size_t index, Time now, const About& message, size_t& found);

  const std::vector<Rule>& rules_;
  // How many messages each has matched.
  std::vector<uint64_t> matched_;
  // Indices, ascending: of rules that name all of a Key, and of the others.
  std::map<Key, std::vector<size_t>> exact_;
  std::vector<size_t> broad_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_RULE_TABLE_H_
