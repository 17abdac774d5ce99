#include "node/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "net/tls/keys.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

// Many times a key's text.
constexpr size_t kKeyFileBytesMax = 16 * 1024;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

absl::Status FileError(const std::string& path, int error,
                       absl::string_view mend) {
  return absl::ErrnoToStatus(
      error, absl::StrCat(path, ": ", std::strerror(error), "; ", mend));
}

absl::Status CheckMode(const std::string& path, const UniqueFd& file) {
  struct stat about {};
  if (fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is no file; key_file is to name one"));
  }
  if ((about.st_mode & kOthers) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrFormat(
      "%s is open to others (mode %04o): a private key must be its owner's "
      "alone; run `chmod 600 %s`, and draw a new one if others may have read "
      "it",
      path, about.st_mode & 07777, path));
}

absl::Status SyncDirectory(const std::string& path) {
  const UniqueFd directory(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open() && fsync(directory.get()) == 0) {
    return absl::OkStatus();
  }
  return FileError(path, errno, "is the disk all right?");
}

}  // namespace

absl::StatusOr<PrivateKey> ReadKeyFile(const std::string& path) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    return FileError(path, errno,
                     "this is where the node's private key is to be; "
                     "`distdb init` makes one per node");
  }
  absl::Status mode = CheckMode(path, file);
  if (!mode.ok()) return mode;
  std::string text(kKeyFileBytesMax, '\0');
  const ssize_t size = read(file.get(), text.data(), text.size());
  if (size < 0) return FileError(path, errno, "is the disk all right?");
  text.resize(static_cast<size_t>(size));
  const absl::StatusOr<PrivateKey> key = PrivateKey::FromPem(text);
  if (key.ok()) return key;
  return absl::InvalidArgumentError(absl::StrCat(
      path, ": ", key.status().message(),
      "; take it from a copy of this node's files, or remove it, and `distdb "
      "key ",
      path, "` draws a new one"));
}

absl::Status WriteKeyFile(const std::string& path, const PrivateKey& key) {
  const std::string folder = std::filesystem::path(path).parent_path();
  if (mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return FileError(folder, errno, "cannot make the folder of a key");
  }
  const UniqueFd file(open(path.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                           S_IRUSR | S_IWUSR));
  if (!file.is_open() && errno == EEXIST) {
    return absl::AlreadyExistsError(absl::StrCat(
        path, " is there already; give a new --dir, or remove it first"));
  }
  if (!file.is_open()) return FileError(path, errno, "cannot write a key");
  const std::string pem = key.ToPem();
  if (write(file.get(), pem.data(), pem.size()) !=
          static_cast<ssize_t>(pem.size()) ||
      fsync(file.get()) != 0) {
    return FileError(path, errno, "cannot write a key");
  }
  return SyncDirectory(folder);
}

}  // namespace distdb
