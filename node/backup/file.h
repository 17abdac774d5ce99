// The file of a backup: pages, each with a checksum, and an end that vouches
// for the whole.
//
//   file   = header frame* end
//   header = magic:8 format:u32 cluster:u64 node:u32 seconds:u64 crc:u32
//   frame  = size:u32 crc:u32 page      size >= 1; crc of the page
//   end    = 0:u32 frames:u64 entries:u64 sha256:32
//
// magic is "distdbbk", format 1; `node` counts from 0, `seconds` is when it was
// begun, since 1970; header.crc is of the header's bytes before it. The digest
// is of all bytes before it; nothing follows. Numbers are little-endian,
// checksums CRC-32C. The frames' checksums tell where a file is damaged, the
// digest that no frame is missing, doubled or in another place.
//
// Not thread-safe.

#ifndef DISTDB_NODE_BACKUP_FILE_H_
#define DISTDB_NODE_BACKUP_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/command.h"
#include "net/unique_fd.h"
#include "node/backup/sha256.h"

namespace distdb {

struct BackupHeader {
  uint64_t cluster = 0;
  uint32_t node = 0;
  uint64_t seconds = 0;
};

struct BackupTotals {
  uint64_t frames = 0;
  uint64_t entries = 0;  // Puts and deletes.
  uint64_t bytes = 0;    // Of the file.
};

// Writes PATH.partial, which gets its name once it is whole and on disk. What
// is abandoned is removed; what a crash leaves never has the name. Errors are
// the system's and name the file.
class BackupWriter {
 public:
  // AlreadyExists when `path` is there: a backup is never written over.
  static absl::StatusOr<std::unique_ptr<BackupWriter>> Create(
      const std::string& path);
  ~BackupWriter();

  BackupWriter(const BackupWriter&) = delete;
  BackupWriter& operator=(const BackupWriter&) = delete;

  // First of all.
  absl::Status Begin(const BackupHeader& header);
  // A page that DecodePage takes; an empty one adds nothing.
  absl::Status Add(absl::string_view page, uint64_t entries);
  // Writes the end, and puts the file in its place.
  absl::Status Finish();

  const BackupTotals& totals() const { return totals_; }

 private:
  BackupWriter(std::string path, UniqueFd fd);
  // With the digest, and without.
  absl::Status Write(absl::string_view bytes);
  absl::Status WriteRaw(absl::string_view bytes);
  absl::Status Failed(absl::string_view doing) const;

  const std::string path_;
  const std::string draft_;
  UniqueFd fd_;
  Sha256 digest_;
  BackupTotals totals_;
  bool finished_ = false;
};

// Reads a file once, front to back, and verifies it on the way: what Next
// returns is whole, and when it returns nothing more, so is the file.
//
// DataLoss where it is damaged or cut off, InvalidArgument where it is no
// backup, otherwise what the system said; all name the file and the byte.
class BackupReader {
 public:
  static absl::StatusOr<std::unique_ptr<BackupReader>> Open(
      const std::string& path);

  const BackupHeader& header() const { return header_; }
  uint64_t file_bytes() const { return file_bytes_; }

  // The next page; nothing at the end.
  absl::StatusOr<std::optional<std::vector<Mutation>>> Next();
  // Of what was read.
  const BackupTotals& totals() const { return totals_; }

 private:
  BackupReader(std::string path, UniqueFd fd, uint64_t file_bytes);
  absl::Status ReadHeader();
  absl::Status ReadEnd();
  // The next `size` bytes, `what` they are.
  absl::StatusOr<std::string> Read(size_t size, absl::string_view what);
  absl::Status Damaged(uint64_t at, absl::string_view what) const;

  const std::string path_;
  UniqueFd fd_;
  const uint64_t file_bytes_;
  Sha256 digest_;
  BackupHeader header_;
  BackupTotals totals_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_BACKUP_FILE_H_
