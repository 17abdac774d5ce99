#include "node/backup/restore.h"

#include <time.h>

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/command.h"
#include "core/types.h"

namespace distdb {
namespace {

// Entries go out together up to these, so that one write costs little beside
// its bytes and is far from any limit.
constexpr size_t kWriteBytes = 256 * 1024;
constexpr size_t kWriteEntries = 4096;

// A node that has too much in flight is asked again after a while, so often.
constexpr int kTriesMax = 600;
constexpr timespec kTryAgainAfter{0, 100 * kMillisecond};

absl::Status WriteAll(DatabaseClient& client,
                      const std::vector<Mutation>& mutations) {
  for (int tries = 1;; ++tries) {
    absl::Status status = client.Write(mutations);
    if (status.ok() || tries == kTriesMax ||
        !absl::StartsWith(status.message(), "TRYAGAIN")) {
      return status;
    }
    nanosleep(&kTryAgainAfter, nullptr);
  }
}

// Puts and deletes go out apart: the node's commands take one or the other.
absl::Status WritePage(DatabaseClient& client, std::vector<Mutation> page) {
  std::vector<Mutation> together;
  size_t bytes = 0;
  for (Mutation& mutation : page) {
    const size_t size = mutation.key.size() + mutation.value.size();
    const bool fits =
        bytes + size <= kWriteBytes && together.size() < kWriteEntries &&
        (together.empty() || together.front().kind == mutation.kind);
    if (!fits && !together.empty()) {
      absl::Status status = WriteAll(client, together);
      if (!status.ok()) return status;
      together.clear();
      bytes = 0;
    }
    bytes += size;
    together.push_back(std::move(mutation));
  }
  return together.empty() ? absl::OkStatus() : WriteAll(client, together);
}

}  // namespace

absl::StatusOr<uint64_t> WriteBackup(
    BackupReader& backup, DatabaseClient& client,
    const std::function<void(const std::string&)>& report) {
  uint64_t tenths = 0;
  for (;;) {
    absl::StatusOr<std::optional<std::vector<Mutation>>> page = backup.Next();
    if (!page.ok()) return page.status();
    if (!page->has_value()) return backup.totals().entries;
    absl::Status status = WritePage(client, **std::move(page));
    if (!status.ok()) return status;
    const uint64_t done = backup.totals().bytes * 10 / backup.file_bytes();
    if (done > tenths) {
      tenths = done;
      report(absl::StrCat(tenths * 10, "%, ", backup.totals().entries,
                          " entries"));
    }
  }
}

}  // namespace distdb
