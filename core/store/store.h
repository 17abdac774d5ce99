// Store: the replicated map, as one replica holds it.
//
// Every write has a Version, and the winner of a key is always the write with
// the largest one: a total order, so that replicas which have applied the same
// writes hold the same entries, in whatever order they came. A delete leaves a
// tombstone, or an older put that comes later would bring the key back.
//
// Invariants:
//   1. An entry's version is the largest of all writes applied to its key.
//   2. `live_keys` counts the entries that are not tombstones.
//
// Deterministic: iterated in key order (entry_map.h).

#ifndef DISTDB_CORE_STORE_STORE_H_
#define DISTDB_CORE_STORE_STORE_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/store/batch.h"
#include "core/store/entry.h"
#include "core/store/entry_map.h"
#include "core/types.h"

namespace distdb {

class Store {
 public:
  using Map = EntryMap;

  // Applies all mutations of a delivered batch. Says of each in turn whether
  // its key was live just before it.
  std::vector<bool> Apply(const InstanceId& instance, const BatchView& batch);

  // An entry of a snapshot: as if the write with its version were applied.
  void Restore(absl::string_view key, Entry entry);

  // The live entry, or null. Valid until the next Apply.
  const Entry* Find(absl::string_view key) const;

  // See command.h; `limit` >= 1. `more` says whether live keys follow.
  std::vector<KeyValue> Page(const List& list, bool& more) const;

  size_t live_keys() const { return live_keys_; }

  // All entries in key order, tombstones included.
  const Map& entries() const { return entries_; }

 private:
  Map entries_;
  size_t live_keys_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_CORE_STORE_STORE_H_
