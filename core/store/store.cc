#include "core/store/store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "core/mutant.h"

namespace distdb {
namespace {

// Keys are looked up in a table that fits no cache: so far ahead of its turn
// each is asked for.
constexpr size_t kPrefetched = 8;

}  // namespace

std::vector<bool> Store::Apply(const InstanceId& instance,
                               const BatchView& batch) {
  std::vector<bool> existed;
  existed.reserve(batch.mutations.size());
  Version version{batch.timestamp, instance.origin, instance.seq, 0};
  for (size_t i = 0; i < batch.mutations.size(); ++i) {
    if (i + kPrefetched < batch.mutations.size()) {
      entries_.Prefetch(batch.mutations[i + kPrefetched].key);
    }
    const MutationView& mutation = batch.mutations[i];
    const auto [held, inserted] = entries_.FindOrAdd(mutation.key);
    Entry& entry = *held;
    const bool was_live = !inserted && !entry.deleted;
    existed.push_back(was_live);
    if (inserted || entry.version < version ||
        Mutated(Mutant::kLastArrivalWins)) {
      entry.version = version;
      entry.deleted = mutation.kind == MutationKind::kDelete;
      entry.value.assign(mutation.value.data(), mutation.value.size());
      const bool is_live = !entry.deleted;
      live_keys_ += static_cast<size_t>(is_live);
      live_keys_ -= static_cast<size_t>(was_live);
    }
    if (Mutated(Mutant::kNoTombstones) && entry.deleted) {
      entries_.Erase(mutation.key);
    }
    ++version.index;
  }
  return existed;
}

void Store::Restore(absl::string_view key, Entry entry) {
  Entry& held = *entries_.FindOrAdd(key).first;
  if (entry.version < held.version) return;
  const bool was_live = held.version != Version() && !held.deleted;
  live_keys_ -= static_cast<size_t>(was_live);
  live_keys_ += static_cast<size_t>(!entry.deleted);
  held = std::move(entry);
}

const Entry* Store::Find(absl::string_view key) const {
  const Entry* entry = entries_.Find(key);
  return entry == nullptr || entry->deleted ? nullptr : entry;
}

std::vector<KeyValue> Store::Page(const List& list, bool& more) const {
  std::vector<KeyValue> page;
  more = false;
  size_t bytes = 0;
  // The keys with one prefix are neighbours, and the prefix is the first that
  // could be among them.
  auto it = entries_.lower_bound(std::max(list.start, list.prefix));
  for (; it != entries_.end(); ++it) {
    const auto& [key, entry] = *it;
    if (!absl::StartsWith(key, list.prefix)) break;
    if (entry.deleted) continue;
    if (page.size() >= list.limit || bytes >= kListBytesMax) {
      more = true;
      break;
    }
    bytes += key.size() + entry.value.size();
    page.push_back({key, entry.value});
  }
  return page;
}

}  // namespace distdb
