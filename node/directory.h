// Directory: the files of one folder, as a log needs them. Behind an interface,
// so that a test can put a disk there which loses power.
//
// What a crash may take back: writes and lengths that File::Sync has not
// covered; names, new and removed, that Directory::Sync has not covered.
//
// Errors say what was tried, with the path, and what the system said:
// NotFound; ResourceExhausted when there is no room; else Unavailable.
//
// Not thread-safe, but for File::Sync and what moves names: these may run on
// another thread, beside reads and writes.

#ifndef DISTDB_NODE_DIRECTORY_H_
#define DISTDB_NODE_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace distdb {

class File {
 public:
  virtual ~File() = default;

  virtual absl::StatusOr<uint64_t> Size() const = 0;
  // What is there of these bytes.
  virtual absl::StatusOr<std::string> Read(uint64_t offset,
                                           uint64_t size) const = 0;
  virtual absl::Status Write(uint64_t offset, absl::string_view bytes) = 0;
  // Takes room for so many bytes in all, which read as zeros until written.
  // Where the system cannot, only makes the file as long.
  virtual absl::Status Reserve(uint64_t size) = 0;
  // Cuts it.
  virtual absl::Status Truncate(uint64_t size) = 0;
  virtual absl::Status Sync() = 0;
};

class Directory {
 public:
  virtual ~Directory() = default;

  virtual const std::string& path() const = 0;
  // In order.
  virtual absl::StatusOr<std::vector<std::string>> List() const = 0;
  virtual absl::StatusOr<std::unique_ptr<File>> Open(
      const std::string& name) const = 0;
  // Empty, in place of one that is there.
  virtual absl::StatusOr<std::unique_ptr<File>> Create(
      const std::string& name) = 0;
  // In place of a file that has that name.
  virtual absl::Status Rename(const std::string& from,
                              const std::string& to) = 0;
  virtual absl::Status Remove(const std::string& name) = 0;
  virtual absl::Status Sync() = 0;
};

// The folder at `path`, created if it is missing, and locked against other
// processes (flock) as long as the result lives: FailedPrecondition where one
// has it, with the mend.
absl::StatusOr<std::unique_ptr<Directory>> LockDirectory(
    const std::string& path);

}  // namespace distdb

#endif  // DISTDB_NODE_DIRECTORY_H_
