#include "node/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

absl::Status SystemError(absl::string_view what, const std::string& path,
                         int error) {
  const std::string message =
      absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(message);
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    return absl::ResourceExhaustedError(
        absl::StrCat(message, "; writes go on when there is room"));
  }
  return absl::UnavailableError(message);
}

class PosixFile : public File {
 public:
  PosixFile(std::string path, UniqueFd fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}

  absl::StatusOr<uint64_t> Size() const override {
    struct stat stat;
    if (fstat(fd_.get(), &stat) != 0) {
      return SystemError("inspect", path_, errno);
    }
    return static_cast<uint64_t>(stat.st_size);
  }

  absl::StatusOr<std::string> Read(uint64_t offset,
                                   uint64_t size) const override {
    std::string bytes(size, '\0');
    size_t filled = 0;
    while (filled < bytes.size()) {
      const ssize_t got =
          pread(fd_.get(), &bytes[filled], bytes.size() - filled,
                static_cast<off_t>(offset + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return SystemError("read", path_, errno);
      if (got == 0) break;
      filled += static_cast<size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
  }

  absl::Status Write(uint64_t offset, absl::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = pwrite(fd_.get(), bytes.data(), bytes.size(),
                                     static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return SystemError("write", path_, errno);
      bytes.remove_prefix(static_cast<size_t>(written));
      offset += static_cast<uint64_t>(written);
    }
    return absl::OkStatus();
  }

  absl::Status Reserve(uint64_t size) override {
    int error = 0;
    do {
      error =
          fallocate(fd_.get(), 0, 0, static_cast<off_t>(size)) == 0 ? 0 : errno;
    } while (error == EINTR);
    if (error == EOPNOTSUPP || error == ENOSYS) return Truncate(size);
    if (error != 0) return SystemError("make room for", path_, error);
    return absl::OkStatus();
  }

  absl::Status Truncate(uint64_t size) override {
    if (ftruncate(fd_.get(), static_cast<off_t>(size)) == 0) {
      return absl::OkStatus();
    }
    return SystemError("set the length of", path_, errno);
  }

  absl::Status Sync() override {
    if (fdatasync(fd_.get()) == 0) return absl::OkStatus();
    return SystemError("sync", path_, errno);
  }

 private:
  std::string path_;
  UniqueFd fd_;
};

class PosixDirectory : public Directory {
 public:
  PosixDirectory(std::string path, UniqueFd fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}

  const std::string& path() const override { return path_; }

  absl::StatusOr<std::vector<std::string>> List() const override {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(path_, error), end;
         !error && it != end; it.increment(error)) {
      names.push_back(it->path().filename());
    }
    if (error) return SystemError("list", path_, error.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  absl::StatusOr<std::unique_ptr<File>> Open(
      const std::string& name) const override {
    return OpenWith(name, O_RDWR, "open");
  }

  absl::StatusOr<std::unique_ptr<File>> Create(
      const std::string& name) override {
    return OpenWith(name, O_RDWR | O_CREAT | O_TRUNC, "create");
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    if (renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()) == 0) {
      return absl::OkStatus();
    }
    return SystemError("rename", Path(from), errno);
  }

  absl::Status Remove(const std::string& name) override {
    if (unlinkat(fd_.get(), name.c_str(), 0) == 0) return absl::OkStatus();
    return SystemError("remove", Path(name), errno);
  }

  absl::Status Sync() override {
    if (fsync(fd_.get()) == 0) return absl::OkStatus();
    return SystemError("sync the directory", path_, errno);
  }

 private:
  std::string Path(const std::string& name) const {
    return absl::StrCat(path_, "/", name);
  }

  absl::StatusOr<std::unique_ptr<File>> OpenWith(const std::string& name,
                                                 int flags,
                                                 absl::string_view what) const {
    UniqueFd file(openat(fd_.get(), name.c_str(), flags | O_CLOEXEC, 0600));
    if (!file.is_open()) return SystemError(what, Path(name), errno);
    return std::make_unique<PosixFile>(Path(name), std::move(file));
  }

  std::string path_;
  UniqueFd fd_;  // Holds the lock.
};

}  // namespace

absl::StatusOr<std::unique_ptr<Directory>> LockDirectory(
    const std::string& path) {
  std::error_code error;
  const bool created = std::filesystem::create_directories(path, error);
  if (error) return SystemError("create the directory", path, error.value());
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return SystemError("open the directory", path, errno);
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError("lock", path, errno);
    return absl::FailedPreconditionError(
        absl::StrCat("the directory ", path,
                     " is in use by another distdb "
                     "process; end it, or give this node its own data_dir"));
  }
  if (created) {
    const std::string parent =
        std::filesystem::absolute(path).lexically_normal().parent_path();
    UniqueFd up(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!up.is_open() || fsync(up.get()) != 0) {
      return SystemError("sync the directory", parent, errno);
    }
  }
  return std::make_unique<PosixDirectory>(path, std::move(fd));
}

}  // namespace distdb
