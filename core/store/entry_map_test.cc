#include "core/store/entry_map.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace distdb {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// splitmix64: a fixed sequence per seed, on every machine.
uint64_t Next(uint64_t& state) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

Pairs Contents(const EntryMap& map) {
  Pairs pairs;
  for (const auto& [key, entry] : map) pairs.emplace_back(key, entry.value);
  return pairs;
}

EntryMap MapOf(const std::vector<std::string>& keys) {
  EntryMap map;
  for (const std::string& key : keys) map.FindOrAdd(key).first->value = key;
  return map;
}

TEST(EntryMapTest, IsAnOrderedMapWhateverIsDoneToIt) {
  EntryMap map;
  std::map<std::string, std::string> model;
  uint64_t random = 1;
  for (int i = 0; i < 20'000; ++i) {
    // Short keys and some beyond what a string holds in itself.
    const uint64_t number = Next(random) % 700;
    const std::string key =
        std::string(number % 3 * 10, 'k') + std::to_string(number);
    if (Next(random) % 4 == 0) {
      map.Erase(key);
      model.erase(key);
    } else {
      const auto [entry, added] = map.FindOrAdd(key);
      EXPECT_EQ(added, !model.contains(key));
      if (added) {
        EXPECT_EQ(*entry, Entry());
      }
      entry->value = model[key] = std::to_string(i);
    }
    const std::string other = std::to_string(Next(random) % 700);
    const auto found = model.find(other);
    ASSERT_EQ(map.Find(other) != nullptr, found != model.end());
    if (found != model.end()) {
      EXPECT_EQ(map.Find(other)->value, found->second);
    }
    const auto lower = model.lower_bound(other);
    ASSERT_EQ(map.lower_bound(other) == map.end(), lower == model.end());
    if (lower != model.end()) {
      EXPECT_EQ(map.lower_bound(other)->key, lower->first);
    }
    const auto upper = model.upper_bound(other);
    ASSERT_EQ(map.upper_bound(other) == map.end(), upper == model.end());
    if (upper != model.end()) {
      EXPECT_EQ(map.upper_bound(other)->key, upper->first);
    }
  }
  EXPECT_GT(map.size(), 100u);
  EXPECT_EQ(map.size(), model.size());
  EXPECT_EQ(Contents(map), Pairs(model.begin(), model.end()));
}

TEST(EntryMapTest, EntriesStayWhereTheyAre) {
  EntryMap map;
  Entry* const entry = map.FindOrAdd("500").first;
  for (int i = 0; i < 1000; ++i) map.FindOrAdd(std::to_string(i));
  for (int i = 0; i < 300; ++i) map.Erase(std::to_string(i));
  EXPECT_EQ(map.Find("500"), entry);
  EXPECT_EQ(map.FindOrAdd("500").first, entry);
}

TEST(EntryMapTest, ACopyIsAnotherMap) {
  EntryMap map = MapOf({"b", "a", "c"});
  EntryMap copy = map;
  EXPECT_EQ(copy, map);
  copy.FindOrAdd("a").first->value = "changed";
  EXPECT_NE(copy, map);
  EXPECT_EQ(map.Find("a")->value, "a");
  map = copy;
  copy = EntryMap();
  EXPECT_EQ(map.Find("a")->value, "changed");
  EXPECT_EQ(map.size(), 3u);
  EXPECT_TRUE(copy.empty());
}

TEST(EntryMapTest, EqualsOneThatWasFilledInAnotherOrder) {
  EXPECT_EQ(MapOf({"a", "b", "c"}), MapOf({"c", "a", "b"}));
  EXPECT_NE(MapOf({"a", "b"}), MapOf({"a", "b", "c"}));
  EXPECT_NE(MapOf({"a", "b"}), MapOf({"a", "c"}));
}

}  // namespace
}  // namespace distdb
