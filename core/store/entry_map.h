// EntryMap: the store's entries, in the order of their keys, and found quickly.
//
// Keys that are there, which is what most writes and all reads are after, are
// looked up in a hash table of pointers: one or two cache misses, where a
// descent through the ordered map takes one or two per level. The table is
// never iterated, so that nothing depends on its order, which differs from one
// process to the next. The ordered map holds views of the keys and pointers, so
// that its nodes are wide: a new key costs a short descent, and none at all
// where keys come in order, as from a snapshot.
//
// Per key, beside the item and what its strings allocate, some 40 bytes.
//
// An Item stays where it is until it is erased.

#ifndef DISTDB_CORE_STORE_ENTRY_MAP_H_
#define DISTDB_CORE_STORE_ENTRY_MAP_H_

#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "core/store/entry.h"

namespace distdb {

class EntryMap {
 public:
  struct Item {
    const std::string key;
    Entry entry;

    friend bool operator==(const Item&, const Item&) = default;
  };

 private:
  using Ordered = absl::btree_map<absl::string_view, std::unique_ptr<Item>>;

 public:
  // Over the items in key order; valid until one is added or erased.
  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = const Item*;
    using reference = const Item&;

    const_iterator() = default;
    reference operator*() const { return *it_->second; }
    pointer operator->() const { return it_->second.get(); }
    const_iterator& operator++() {
      ++it_;
      return *this;
    }
    const_iterator operator++(int) { return const_iterator(it_++); }
    friend bool operator==(const const_iterator& a, const const_iterator& b) {
      return a.it_ == b.it_;
    }

   private:
    friend class EntryMap;
    explicit const_iterator(Ordered::const_iterator it) : it_(it) {}

    Ordered::const_iterator it_;
  };
  using value_type = Item;

  EntryMap() = default;
  EntryMap(EntryMap&&) = default;
  EntryMap& operator=(EntryMap&&) = default;
  EntryMap(const EntryMap& other);
  EntryMap& operator=(const EntryMap& other);

  size_t size() const { return ordered_.size(); }
  bool empty() const { return ordered_.empty(); }
  const_iterator begin() const { return const_iterator(ordered_.begin()); }
  const_iterator end() const { return const_iterator(ordered_.end()); }
  // The first key that is not less than `key`, or that is greater.
  const_iterator lower_bound(absl::string_view key) const {
    return const_iterator(ordered_.lower_bound(key));
  }
  const_iterator upper_bound(absl::string_view key) const {
    return const_iterator(ordered_.upper_bound(key));
  }

  // Brings near what a look at `key` will touch first; changes nothing.
  void Prefetch(absl::string_view key) const { index_.prefetch(key); }

  // Null where there is none.
  const Entry* Find(absl::string_view key) const;

  // The entry of `key`, and whether it is new: then it has the smallest
  // version.
  std::pair<Entry*, bool> FindOrAdd(absl::string_view key);

  void Erase(absl::string_view key);

  friend bool operator==(const EntryMap& a, const EntryMap& b);

 private:
  struct KeyHash {
    using is_transparent = void;
    size_t operator()(absl::string_view key) const {
      return absl::Hash<absl::string_view>()(key);
    }
    size_t operator()(const Item* item) const { return (*this)(item->key); }
  };
  struct KeyEqual {
    using is_transparent = void;
    static absl::string_view KeyOf(absl::string_view key) { return key; }
    static absl::string_view KeyOf(const Item* item) { return item->key; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return KeyOf(a) == KeyOf(b);
    }
  };
  using Index = absl::flat_hash_set<Item*, KeyHash, KeyEqual>;  // not iterated

  Entry* Add(absl::string_view key);

  Ordered ordered_;  // Owns the items.
  Index index_;      // Of all of them.
};

}  // namespace distdb

#endif  // DISTDB_CORE_STORE_ENTRY_MAP_H_
