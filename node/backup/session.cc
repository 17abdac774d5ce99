#include "node/backup/session.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/store/batch.h"
#include "node/backup/page.h"

namespace distdb {
namespace {

// What a key in the set takes beside its bytes.
constexpr size_t kChangedKeyBytes = 64;

}  // namespace

void BackupSession::OnDelivered(const Delivery& delivery) {
  if (!started_ || overrun_) return;
  const absl::StatusOr<BatchView> batch = DecodeBatch(delivery.payload.bytes());
  if (!batch.ok()) return;  // Of a liar; it changed nothing.
  for (const MutationView& mutation : batch->mutations) {
    // What lies ahead is read anyway.
    if (!read_through_ && mutation.key > read_to_) continue;
    if (changed_.emplace(mutation.key).second) {
      changed_bytes_ += mutation.key.size() + kChangedKeyBytes;
    }
  }
  if (changed_bytes_ <= kChangedBytesMax) return;
  overrun_ = true;
  changed_.clear();
}

absl::StatusOr<BackupSession::Page> BackupSession::NextPage() {
  if (overrun_) {
    return absl::ResourceExhaustedError(
        "more is written than a backup can follow: try again when less is");
  }
  return read_through_ ? NextOfChanged() : NextOfStore();
}

BackupSession::Page BackupSession::NextOfStore() {
  Page page;
  const Store::Map& entries = store_->entries();
  auto it = started_ ? entries.upper_bound(read_to_) : entries.begin();
  started_ = true;
  for (int looked_at = 0; it != entries.end(); ++it, ++looked_at) {
    if (page.bytes.size() >= kPageBytes || looked_at == kPageEntries) break;
    if (!it->entry.deleted) {
      AppendPut(it->key, it->entry.value, page.bytes);
    }
    read_to_ = it->key;
  }
  read_through_ = it == entries.end();
  page.last = read_through_ && changed_.empty();
  return page;
}

BackupSession::Page BackupSession::NextOfChanged() {
  Page page;
  while (!changed_.empty() && page.bytes.size() < kCatchUpBytes) {
    const std::string& key = *changed_.begin();
    const Entry* entry = store_->Find(key);
    if (entry == nullptr) {
      AppendDelete(key, page.bytes);
    } else {
      AppendPut(key, entry->value, page.bytes);
    }
    changed_bytes_ -= key.size() + kChangedKeyBytes;
    changed_.erase(changed_.begin());
  }
  page.last = changed_.empty();
  return page;
}

}  // namespace distdb
