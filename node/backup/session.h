// BackupSession: a node's side of an online backup, as pages.
//
// The store is read in the order of its keys, a page at a time, while writes go
// on. What they change behind the reader is noted, and once the reader is
// through, those keys are read again, page by page, until one page holds all
// that are left. With that page, all pages done in order give the store exactly
// as it was when that last page was made: a consistent state, in which each
// write is whole or not there. Nothing is copied beforehand and no write waits.
//
//   BackupSession session(&store);
//   … session.OnDelivered(delivery) after each delivery is applied …
//   page = session.NextPage();   // until page->last
//
// Bounds: a page looks at kPageEntries, and holds at most kPageBytes and one
// entry more; the last ones, which must overtake the writes, kCatchUpBytes.
// What is noted is at most kChangedBytesMax of keys: with more, NextPage says
// ResourceExhausted from then on.
//
// Not thread-safe.

#ifndef DISTDB_NODE_BACKUP_SESSION_H_
#define DISTDB_NODE_BACKUP_SESSION_H_

#include <cstddef>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "core/effects.h"
#include "core/store/store.h"

namespace distdb {

class BackupSession {
 public:
  static constexpr size_t kPageBytes = 1024 * 1024;
  static constexpr int kPageEntries = 20'000;  // Deleted ones included.
  static constexpr size_t kCatchUpBytes = 8 * 1024 * 1024;
  static constexpr size_t kChangedBytesMax = 64 * 1024 * 1024;

  // `store` outlives the session.
  explicit BackupSession(const Store* store) : store_(store) {}

  void OnDelivered(const Delivery& delivery);

  struct Page {
    std::string bytes;  // page.h.
    bool last = false;
  };
  // Requires that the last page has not been made.
  absl::StatusOr<Page> NextPage();

 private:
  Page NextOfStore();
  Page NextOfChanged();

  const Store* store_;
  bool started_ = false;
  bool read_through_ = false;
  std::string read_to_;  // The last key that was read, once started.
  std::set<std::string> changed_;
  size_t changed_bytes_ = 0;
  bool overrun_ = false;
};

}  // namespace distdb

#endif  // DISTDB_NODE_BACKUP_SESSION_H_
