#include "core/store/entry_map.h"

#include <algorithm>
#include <utility>

namespace distdb {

EntryMap::EntryMap(const EntryMap& other) {
  for (const auto& [key, entry] : other) *Add(key) = entry;
}

EntryMap& EntryMap::operator=(const EntryMap& other) {
  return *this = EntryMap(other);
}

const Entry* EntryMap::Find(absl::string_view key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : &(*found)->entry;
}

std::pair<Entry*, bool> EntryMap::FindOrAdd(absl::string_view key) {
  const auto found = index_.find(key);
  if (found != index_.end()) return {&(*found)->entry, false};
  return {Add(key), true};
}

Entry* EntryMap::Add(absl::string_view key) {
  auto item = std::make_unique<Item>(Item{std::string(key), Entry()});
  Item* const added = item.get();
  // The view is of the item's own key, which does not move.
  const absl::string_view own = added->key;
  if (ordered_.empty() || ordered_.rbegin()->first < own) {
    ordered_.emplace_hint(ordered_.end(), own, std::move(item));
  } else {
    ordered_.emplace(own, std::move(item));
  }
  index_.insert(added);
  return &added->entry;
}

void EntryMap::Erase(absl::string_view key) {
  const auto found = ordered_.find(key);
  if (found == ordered_.end()) return;
  index_.erase(found->second.get());
  ordered_.erase(found);
}

bool operator==(const EntryMap& a, const EntryMap& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

}  // namespace distdb
