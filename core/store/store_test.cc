#include "core/store/store.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/store/batch.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

// A delivered batch, with its payload.
struct Delivered {
  InstanceId instance;
  std::string payload;
};

Mutation Put(std::string key, std::string value) {
  return {MutationKind::kPut, std::move(key), std::move(value)};
}
Mutation Delete(std::string key) {
  return {MutationKind::kDelete, std::move(key), ""};
}

Delivered Batch(uint64_t timestamp, uint32_t origin, uint64_t seq,
                const std::vector<Mutation>& mutations) {
  BatchBuilder builder;
  for (const Mutation& mutation : mutations) builder.Add(mutation);
  return {{Epoch(1), NodeId(origin), Seq(seq)},
          builder.Build(Timestamp(timestamp))};
}

std::vector<bool> Apply(Store& store, const Delivered& delivered) {
  const absl::StatusOr<BatchView> batch = DecodeBatch(delivered.payload);
  EXPECT_TRUE(batch.ok()) << batch.status();
  return store.Apply(delivered.instance, *batch);
}

std::string Value(const Store& store, const std::string& key) {
  const Entry* entry = store.Find(key);
  return entry == nullptr ? "(nil)" : entry->value;
}

std::vector<std::string> Keys(const std::vector<KeyValue>& page) {
  std::vector<std::string> keys;
  for (const KeyValue& entry : page) keys.push_back(entry.key);
  return keys;
}

// Follows `more` page by page, as a client does.
std::vector<std::string> ListAll(const Store& store, std::string prefix,
                                 uint32_t limit) {
  std::vector<std::string> keys;
  List list{prefix, "", limit, Dot()};
  size_t pages = 0;
  for (bool more = true; more;) {
    EXPECT_LE(++pages, store.live_keys()) << "each page makes progress";
    if (pages > store.live_keys()) break;
    const std::vector<KeyValue> page = store.Page(list, more);
    EXPECT_LE(page.size(), limit);
    if (page.empty()) {
      EXPECT_FALSE(more) << "an empty page is the last";
      break;
    }
    for (const KeyValue& entry : page) keys.push_back(entry.key);
    list.start = page.back().key + '\0';
  }
  return keys;
}

using StringList = std::vector<std::string>;

TEST(StoreTest, FindsWhatWasPutUntilItIsDeleted) {
  Store store;
  EXPECT_EQ(Value(store, "k"), "(nil)");
  Apply(store, Batch(1, 0, 1, {Put("k", "v")}));
  EXPECT_EQ(Value(store, "k"), "v");
  EXPECT_EQ(store.live_keys(), 1u);
  Apply(store, Batch(2, 0, 2, {Delete("k")}));
  EXPECT_EQ(Value(store, "k"), "(nil)");
  EXPECT_EQ(store.live_keys(), 0u);
  EXPECT_EQ(store.entries().size(), 1u) << "the tombstone stays";
  EXPECT_EQ(store.entries().begin()->entry.value, "");
}

TEST(StoreTest, TheLargestVersionWins) {
  // In this order: timestamp, then origin, then seq, then index.
  const std::vector<Delivered> ascending = {
      Batch(1, 3, 9, {Put("k", "a")}), Batch(2, 0, 9, {Put("k", "b")}),
      Batch(2, 1, 1, {Put("k", "c")}),
      Batch(2, 1, 2, {Put("k", "x"), Put("k", "d")}),
      Batch(3, 0, 1, {Put("k", "e")})};
  for (size_t larger = 1; larger < ascending.size(); ++larger) {
    Store forwards;
    Apply(forwards, ascending[larger - 1]);
    Apply(forwards, ascending[larger]);
    Store backwards;
    Apply(backwards, ascending[larger]);
    Apply(backwards, ascending[larger - 1]);
    const std::string winner(1, static_cast<char>('a' + larger));
    EXPECT_EQ(Value(forwards, "k"), winner);
    EXPECT_EQ(Value(backwards, "k"), winner);
  }
}

TEST(StoreTest, EveryOrderOfTheSameBatchesGivesTheSameEntries) {
  // Shared keys, equal timestamps, deletes, and keys named twice in a batch.
  std::vector<Delivered> batches = {
      Batch(5, 0, 1, {Put("a", "1"), Put("b", "1")}),
      Batch(5, 1, 1, {Delete("a"), Put("c", "2")}),
      Batch(5, 2, 1, {Put("b", "3"), Delete("b")}),
      Batch(4, 0, 2, {Put("c", "4"), Put("c", "5"), Delete("d")}),
      Batch(9, 1, 2, {Delete("c"), Put("a", "6")}),
      Batch(9, 2, 2, {Put("d", "7"), Delete("a")})};
  std::vector<size_t> order = {0, 1, 2, 3, 4, 5};
  Store first;
  for (size_t i : order) Apply(first, batches[i]);
  EXPECT_EQ(first.live_keys(), 1u);
  EXPECT_EQ(Value(first, "d"), "7");
  int orders = 0;
  do {
    Store store;
    for (size_t i : order) Apply(store, batches[i]);
    ASSERT_EQ(store.entries(), first.entries());
    ASSERT_EQ(store.live_keys(), first.live_keys());
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(orders, 720);
}

TEST(StoreTest, ATombstoneKeepsAnOlderPutDead) {
  Store store;
  EXPECT_EQ(Apply(store, Batch(9, 0, 1, {Delete("k")})),
            std::vector<bool>{false});
  EXPECT_EQ(Apply(store, Batch(3, 1, 1, {Put("k", "late")})),
            std::vector<bool>{false});
  EXPECT_EQ(Value(store, "k"), "(nil)");
  EXPECT_EQ(store.live_keys(), 0u);
  EXPECT_EQ(Apply(store, Batch(10, 1, 2, {Put("k", "new")})),
            std::vector<bool>{false});
  EXPECT_EQ(Value(store, "k"), "new");
  EXPECT_EQ(store.live_keys(), 1u);
}

TEST(StoreTest, AppliedTwiceIsAppliedOnce) {
  Store store;
  const Delivered batch = Batch(1, 0, 1, {Put("k", "v"), Put("l", "w")});
  Apply(store, batch);
  const Store::Map before = store.entries();
  Apply(store, batch);
  EXPECT_EQ(store.entries(), before);
  EXPECT_EQ(store.live_keys(), 2u);
}

TEST(StoreTest, SaysOfEachMutationWhetherItsKeyWasLiveJustBefore) {
  Store store;
  EXPECT_EQ(Apply(store, Batch(5, 0, 1,
                               {Put("k", "1"), Delete("k"), Put("k", "2"),
                                Put("k", "3"), Delete("x"), Delete("x")})),
            (std::vector<bool>{false, true, false, true, false, false}));
  EXPECT_EQ(Value(store, "k"), "3");
  // A write that loses leaves the key as it was.
  EXPECT_EQ(Apply(store, Batch(1, 0, 2, {Delete("k"), Delete("k")})),
            (std::vector<bool>{true, true}));
}

TEST(StoreTest, ListsAPrefixInKeyOrder) {
  Store store;
  Apply(store, Batch(1, 0, 1,
                     {Put("b", "1"), Put("ab", "2"), Put("a", "3"),
                      Put("aa", "4"), Put("abc", "5"), Delete("ab0")}));
  bool more = true;
  EXPECT_EQ(store.Page({"a", "", 10, Dot()}, more),
            (std::vector<KeyValue>{
                {"a", "3"}, {"aa", "4"}, {"ab", "2"}, {"abc", "5"}}));
  EXPECT_FALSE(more);
  EXPECT_EQ(Keys(store.Page({"ab", "", 10, Dot()}, more)),
            (StringList{"ab", "abc"}));
  EXPECT_EQ(Keys(store.Page({"", "", 10, Dot()}, more)),
            (StringList{"a", "aa", "ab", "abc", "b"}));
  EXPECT_EQ(Keys(store.Page({"c", "", 10, Dot()}, more)), StringList{});
  EXPECT_FALSE(more);
}

TEST(StoreTest, StartsAtTheGivenKeyWhetherItExistsOrNot) {
  Store store;
  Apply(store, Batch(1, 0, 1, {Put("p1", ""), Put("p3", ""), Put("q", "")}));
  bool more = false;
  EXPECT_EQ(Keys(store.Page({"p", "p1", 9, Dot()}, more)),
            (StringList{"p1", "p3"}));
  EXPECT_EQ(Keys(store.Page({"p", "p2", 9, Dot()}, more)), StringList{"p3"});
  EXPECT_EQ(Keys(store.Page({"p", "p4", 9, Dot()}, more)), StringList{});
  // Before and beyond the prefix.
  EXPECT_EQ(Keys(store.Page({"p", "a", 9, Dot()}, more)),
            (StringList{"p1", "p3"}));
  EXPECT_EQ(Keys(store.Page({"p", "z", 9, Dot()}, more)), StringList{});
}

TEST(StoreTest, SaysMoreOnlyIfALiveKeyOfThePrefixFollows) {
  Store store;
  Apply(store,
        Batch(1, 0, 1,
              {Put("p1", ""), Put("p2", ""), Delete("p3"), Put("q", "")}));
  bool more = false;
  EXPECT_EQ(Keys(store.Page({"p", "", 1, Dot()}, more)), StringList{"p1"});
  EXPECT_TRUE(more);
  EXPECT_EQ(Keys(store.Page({"p", "", 2, Dot()}, more)),
            (StringList{"p1", "p2"}));
  EXPECT_FALSE(more) << "p3 is a tombstone and q is beyond the prefix";
}

TEST(StoreTest, PagesThroughBinaryKeysAndPrefixesOf0xFF) {
  const StringList keys = {std::string("\0", 1),
                           std::string("\0\0", 2),
                           std::string("a\0b", 3),
                           "a\x7F",
                           "a\x80",
                           "a\xFF",
                           "a\xFF\xFF",
                           "b",
                           "\xFF",
                           std::string("\xFF\0", 2),
                           "\xFF\xFF",
                           "\xFF\xFF\x01"};
  Store store;
  for (size_t i = 0; i < keys.size(); ++i) {
    Apply(store, Batch(1, 0, i + 1, {Put(keys[i], "v")}));
  }
  for (uint32_t limit = 1; limit <= keys.size() + 1; ++limit) {
    EXPECT_EQ(ListAll(store, "", limit), keys);
    EXPECT_EQ(ListAll(store, "a\xFF", limit),
              (StringList{"a\xFF", "a\xFF\xFF"}));
    EXPECT_EQ(ListAll(store, "\xFF", limit),
              (StringList{"\xFF", std::string("\xFF\0", 2), "\xFF\xFF",
                          "\xFF\xFF\x01"}));
    EXPECT_EQ(ListAll(store, std::string("\0", 1), limit),
              (StringList{std::string("\0", 1), std::string("\0\0", 2)}));
  }
}

TEST(StoreTest, AnEmptyKeyIsAKeyAndAnEmptyValueAValue) {
  Store store;
  Apply(store, Batch(1, 0, 1, {Put("", "v"), Put("k", "")}));
  EXPECT_EQ(Value(store, ""), "v");
  EXPECT_EQ(Value(store, "k"), "");
  EXPECT_EQ(ListAll(store, "", 1), (StringList{"", "k"}));
}

TEST(StoreTest, APageEndsEarlyWhenItHoldsManyBytes) {
  Store store;
  BatchBuilder builder;
  const std::string value(kValueBytesMax, 'v');
  for (int i = 0; i < 6; ++i) {
    builder.Add({MutationKind::kPut, "k" + std::to_string(i), value});
  }
  const std::string payload = builder.Build(Timestamp(1));
  store.Apply({Epoch(1), NodeId(0), Seq(1)}, *DecodeBatch(payload));
  bool more = false;
  EXPECT_EQ(store.Page(List{}, more).size(), kListBytesMax / kValueBytesMax);
  EXPECT_TRUE(more);
  EXPECT_EQ(store.Page(List{.start = "k4"}, more).size(), 2u);
  EXPECT_FALSE(more);
}

}  // namespace
}  // namespace distdb
