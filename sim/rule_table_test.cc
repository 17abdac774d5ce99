#include "sim/rule_table.h"

#include <vector>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

constexpr InstanceId kId{Epoch(1), NodeId(0), Seq(1)};

About Echo(uint32_t from, uint32_t to) {
  return {.from = NodeId(from),
          .to = NodeId(to),
          .message = MessageKind::kEcho,
          .instance = kId};
}

Rule ExactRule(uint32_t from, uint32_t to) {
  return {.from = NodeId(from),
          .to = NodeId(to),
          .message = MessageKind::kEcho,
          .instance = kId};
}

// Which rule decides about each of some equal messages: its number, or -1.
std::vector<int> Decided(const std::vector<Rule>& rules, int messages) {
  RuleTable table(&rules);
  std::vector<int> decided;
  for (int i = 0; i < messages; ++i) {
    const Rule* found = table.Find(Time(0), Echo(1, 2));
    decided.push_back(found == nullptr ? -1
                                       : static_cast<int>(found - &rules[0]));
  }
  return decided;
}

TEST(RuleTableTest, TheFirstRuleWhoseShareItIsDecides) {
  Rule all;  // Matches anything.
  Rule second = ExactRule(1, 2);
  second.skip = 1;
  second.count = 1;
  EXPECT_EQ(Decided({second, all}, 3), (std::vector<int>{1, 0, 1}));
  EXPECT_EQ(Decided({all, second}, 3), (std::vector<int>{0, 0, 0}));
}

TEST(RuleTableTest, ARuleMeansTheSameWhenAnotherIsTakenAway) {
  Rule first = ExactRule(1, 2);
  first.count = 1;
  Rule third = ExactRule(1, 2);
  third.skip = 2;
  third.count = 1;
  EXPECT_EQ(Decided({first, third}, 4), (std::vector<int>{0, -1, 1, -1}));
  EXPECT_EQ(Decided({third}, 4), (std::vector<int>{-1, -1, 0, -1}));
}

TEST(RuleTableTest, WhatDoesNotMatchIsNotCounted) {
  Rule rule = ExactRule(1, 2);
  rule.skip = 1;
  rule.from_time = Time(10);
  rule.to_time = Time(20);
  const std::vector<Rule> rules = {rule};
  RuleTable table(&rules);
  EXPECT_EQ(table.Find(Time(9), Echo(1, 2)), nullptr);   // Too early.
  EXPECT_EQ(table.Find(Time(10), Echo(2, 1)), nullptr);  // Another link.
  EXPECT_EQ(table.Find(Time(10), Echo(1, 2)), nullptr);  // The one skipped.
  EXPECT_EQ(table.Find(Time(19), Echo(1, 2)), &rules[0]);
  EXPECT_EQ(table.Find(Time(20), Echo(1, 2)), nullptr);
}

}  // namespace
}  // namespace distdb::sim
